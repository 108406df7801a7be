CREATE TABLE attempts (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX attempts_expiry ON attempts (expires_at);
CREATE UNIQUE INDEX attempts_token ON attempts (token_hash);
CREATE TABLE audit (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    at BIGINT NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_label TEXT NOT NULL,
    session_id BLOB,
    target_kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    target_label TEXT NOT NULL,
    changes TEXT NOT NULL, actor_key TEXT, target_key TEXT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX audit_action ON audit (org_id, action, at, id);
CREATE INDEX audit_actor ON audit (org_id, actor_id, at, id);
CREATE INDEX audit_at ON audit (org_id, at, id);
CREATE INDEX audit_outcome ON audit (org_id, outcome, at, id);
CREATE INDEX audit_target ON audit (org_id, target_id, at, id);
CREATE TABLE audit_checkpoints (
    org_id BLOB NOT NULL,
    seq BIGINT NOT NULL,
    link TEXT NOT NULL,
    at BIGINT NOT NULL,
    public_key TEXT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (org_id, seq)
) WITHOUT ROWID;
CREATE TABLE audit_export_parts (
    org_id BLOB NOT NULL,
    export_id BLOB NOT NULL,
    run_id BLOB NOT NULL,
    nth BIGINT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (org_id, export_id, run_id, nth)
);
CREATE TABLE audit_exports (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    format TEXT NOT NULL,
    filter TEXT NOT NULL,
    asked_kind TEXT NOT NULL,
    asked_id BLOB NULL,
    asked_label TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    failure TEXT NULL,
    run_id BLOB NULL,
    tries BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    deeds BIGINT NULL,
    bytes BIGINT NULL,
    manifest TEXT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX audit_exports_due ON audit_exports (next_at);
CREATE TABLE audit_seals (
    org_id BLOB NOT NULL,
    seq BIGINT NOT NULL,
    audit_id BLOB NOT NULL,
    salts TEXT NOT NULL,
    hidden TEXT NOT NULL,
    link TEXT NOT NULL,
    PRIMARY KEY (org_id, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX audit_seals_row ON audit_seals (org_id, audit_id);
CREATE TABLE audit_streams (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    format TEXT NOT NULL,
    secret_sealed BLOB NULL,
    earlier_secret_sealed BLOB NULL,
    earlier_until BIGINT NULL,
    is_paused BOOLEAN NOT NULL,
    next_seq BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    last_error TEXT NULL,
    last_sent_at BIGINT NULL,
    failing_since BIGINT NULL,
    told_at BIGINT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL, events TEXT NULL, region TEXT NULL, access_key_id TEXT NULL,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX audit_streams_due ON audit_streams (next_at);
CREATE TABLE audit_verifications (
    org_id BLOB NOT NULL,
    at BIGINT NOT NULL,
    problems BIGINT NOT NULL,
    first_problem TEXT NOT NULL,
    seen_at BIGINT NULL,
    seen_seq BIGINT NULL,
    seen_link TEXT NULL,
    PRIMARY KEY (org_id)
) WITHOUT ROWID;
CREATE TABLE brands (
    org_id BLOB NOT NULL,
    version BIGINT NOT NULL,
    accent TEXT NULL,
    support TEXT NULL,
    logo_type TEXT NULL,
    logo_width BIGINT NULL,
    logo_height BIGINT NULL,
    logo_bytes BIGINT NULL,
    logo_sha256 TEXT NULL,
    picture BLOB NULL,
    PRIMARY KEY (org_id)
);
CREATE TABLE break_glass (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    marked_at BIGINT NOT NULL,
    used_at BIGINT NULL,
    PRIMARY KEY (org_id, user_id)
) WITHOUT ROWID;
CREATE TABLE client_access (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    client_epoch BIGINT NOT NULL,
    scopes TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX client_access_client ON client_access (org_id, client_id);
CREATE INDEX client_access_ends ON client_access (expires_at);
CREATE INDEX client_access_token ON client_access (token_hash);
CREATE TABLE clients (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    registration TEXT NOT NULL,
    secret_hash BLOB,
    status TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL, events_uri TEXT, earlier_secret_hash BLOB, earlier_secret_until BIGINT, registration_token_hash BLOB, met_at BIGINT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX clients_id ON clients (id);
CREATE TABLE connection_access (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX connection_access_client ON connection_access (org_id, client_id);
CREATE INDEX connection_access_ends ON connection_access (expires_at);
CREATE INDEX connection_access_hash ON connection_access (token_hash);
CREATE TABLE connection_clients (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    name TEXT NOT NULL,
    secret_hash BLOB,
    jwks TEXT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX connection_clients_connection ON connection_clients (org_id, connection_id);
CREATE INDEX connection_clients_id ON connection_clients (id);
CREATE TABLE connection_domains (
    org_id BLOB NOT NULL,
    domain TEXT NOT NULL,
    connection_id BLOB NOT NULL,
    claimed_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, domain)
) WITHOUT ROWID;
CREATE INDEX connection_domains_domain ON connection_domains (domain);
CREATE TABLE connection_pulses (
    org_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    heard_at BIGINT,
    succeeded_at BIGINT,
    silent_since BIGINT,
    look_at BIGINT, outside_at BIGINT, outside_address TEXT, remind_at BIGINT,
    PRIMARY KEY (org_id, connection_id)
) WITHOUT ROWID;
CREATE INDEX connection_pulses_look ON connection_pulses (look_at);
CREATE INDEX connection_pulses_remind ON connection_pulses (remind_at);
CREATE TABLE connection_tokens (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    hint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT, warn_at BIGINT, scopes TEXT, attributes TEXT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX connection_tokens_connection ON connection_tokens (org_id, connection_id);
CREATE INDEX connection_tokens_hash ON connection_tokens (token_hash);
CREATE INDEX connection_tokens_warn ON connection_tokens (warn_at);
CREATE TABLE connections (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    settings TEXT NOT NULL,
    client_secret_sealed BLOB,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE TABLE consents (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    scopes TEXT NOT NULL,
    given_at BIGINT NOT NULL, resources TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (org_id, user_id, client_id)
);
CREATE INDEX consents_client ON consents (client_id);
CREATE TABLE console_settings (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    is_dense BOOLEAN NOT NULL,
    PRIMARY KEY (org_id, user_id)
);
CREATE TABLE deprovisionings (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    way TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX deprovisionings_at ON deprovisionings (state, at);
CREATE INDEX deprovisionings_connection ON deprovisionings (org_id, connection_id, state, at);
CREATE UNIQUE INDEX deprovisionings_user ON deprovisionings (org_id, user_id);
CREATE TABLE device_requests (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    device_hash BLOB NOT NULL,
    user_hash BLOB NOT NULL,
    request TEXT NOT NULL,
    interval_seconds BIGINT NOT NULL,
    polled_at BIGINT,
    expires_at BIGINT NOT NULL,
    allowed_at BIGINT,
    refused_at BIGINT,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX device_requests_client ON device_requests (org_id, client_id);
CREATE INDEX device_requests_device ON device_requests (device_hash);
CREATE INDEX device_requests_ends ON device_requests (expires_at);
CREATE INDEX device_requests_user ON device_requests (user_hash);
CREATE TABLE earlier_passwords (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    number BIGINT NOT NULL,
    phc TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, user_id, number)
);
CREATE TABLE end_dates (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT NULL,
    told_at BIGINT NULL,
    set_by_id BLOB NULL,
    PRIMARY KEY (org_id, user_id)
) WITHOUT ROWID;
CREATE INDEX end_dates_due ON end_dates (ends_at) WHERE ended_at IS NULL;
CREATE INDEX end_dates_ended ON end_dates (org_id, ended_at) WHERE ended_at IS NOT NULL;
CREATE TABLE factors (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    sealed BLOB NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX factors_user ON factors (org_id, user_id, kind);
CREATE TABLE families (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    session_id BLOB NOT NULL,
    user_epoch BIGINT NOT NULL,
    org_epoch BIGINT NOT NULL,
    client_epoch BIGINT NOT NULL,
    scopes TEXT NOT NULL,
    facts TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX families_client ON families (client_id);
CREATE INDEX families_expiry ON families (expires_at);
CREATE INDEX families_session ON families (org_id, session_id);
CREATE INDEX families_user ON families (org_id, user_id, client_id);
CREATE TABLE grants (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    role TEXT NOT NULL,
    source TEXT NOT NULL,
    source_id BLOB NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, user_id, role, source, source_id)
) WITHOUT ROWID;
CREATE INDEX grants_by_hand ON grants (org_id, user_id, role, since) WHERE source = 'manual';
CREATE INDEX grants_role ON grants (org_id, role, user_id);
CREATE INDEX grants_source ON grants (org_id, source_id, source, role, user_id, since);
CREATE TABLE group_roles (
    org_id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    role TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, group_id, role)
) WITHOUT ROWID;
CREATE INDEX group_roles_role ON group_roles (org_id, role, group_id);
CREATE TABLE groups (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    display_name TEXT NOT NULL,
    display_name_key TEXT NOT NULL,
    external_id TEXT,
    managed_by BLOB,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    search TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX groups_display_name ON groups (org_id, display_name_key);
CREATE UNIQUE INDEX groups_external_id ON groups (org_id, managed_by, external_id);
CREATE INDEX groups_external_id_lookup ON groups (org_id, external_id);
CREATE TABLE held_members (
    org_id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    value TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, group_id, value)
) WITHOUT ROWID;
CREATE INDEX held_members_value ON held_members (org_id, value);
CREATE TABLE identities (
    org_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id BLOB NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, connection_id, issuer, subject)
) WITHOUT ROWID;
CREATE UNIQUE INDEX identities_user ON identities (org_id, user_id, connection_id);
CREATE TABLE instance_facts (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE invitations (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    address TEXT NOT NULL,
    address_key TEXT NOT NULL,
    display_name TEXT,
    role TEXT NOT NULL,
    inviter_id BLOB,
    inviter_name TEXT NOT NULL,
    inviter_epoch BIGINT NOT NULL,
    org_epoch BIGINT NOT NULL,
    token_hash BLOB NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, teams TEXT NOT NULL DEFAULT '[]', display_name_key TEXT NOT NULL DEFAULT '', is_mailed BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX invitations_created ON invitations (org_id, created_at, id) WHERE state = 'pending';
CREATE INDEX invitations_expiry ON invitations (expires_at);
CREATE UNIQUE INDEX invitations_pending ON invitations (org_id, address_key) WHERE state = 'pending';
CREATE INDEX invitations_token ON invitations (token_hash);
CREATE TABLE issued (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    family_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    scopes TEXT NOT NULL,
    detail TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT, jkt TEXT, audience TEXT NOT NULL DEFAULT '', handed_to TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (org_id, id)
);
CREATE INDEX issued_expiry ON issued (expires_at);
CREATE INDEX issued_family ON issued (org_id, family_id);
CREATE INDEX issued_token ON issued (token_hash);
CREATE TABLE kept_operations (
    org_id BLOB NOT NULL,
    request_id BLOB NOT NULL,
    operation BIGINT NOT NULL,
    resource_id TEXT NOT NULL,
    PRIMARY KEY (org_id, request_id, operation)
) WITHOUT ROWID;
CREATE TABLE kept_requests (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    place BIGINT NOT NULL,
    asked_sealed BLOB NOT NULL,
    bytes BIGINT NOT NULL,
    run_id BLOB,
    tries BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX kept_requests_due ON kept_requests (next_at, org_id, connection_id, place, id, tries, bytes);
CREATE UNIQUE INDEX kept_requests_place ON kept_requests (org_id, connection_id, place);
CREATE INDEX kept_requests_waiting ON kept_requests (org_id, connection_id, bytes);
CREATE TABLE link_tokens (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    user_epoch BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, address TEXT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX link_tokens_hash ON link_tokens (token_hash);
CREATE UNIQUE INDEX link_tokens_user ON link_tokens (org_id, user_id, purpose);
CREATE TABLE linkings (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    state TEXT NOT NULL,
    claim_key BLOB NOT NULL,
    claim_sealed BLOB NOT NULL,
    times BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX linkings_connection ON linkings (org_id, connection_id, state, id);
CREATE INDEX linkings_last ON linkings (last_at);
CREATE INDEX linkings_of_user ON linkings (org_id, user_id);
CREATE UNIQUE INDEX linkings_user ON linkings (org_id, connection_id, user_id);
CREATE TABLE mapping_intents (
    org_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    group_key TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, connection_id, group_key, role)
) WITHOUT ROWID;
CREATE TABLE members (
    org_id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, group_id, user_id)
) WITHOUT ROWID;
CREATE INDEX members_user ON members (org_id, user_id, group_id, since);
CREATE TABLE mfa_deadlines (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    began_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    is_over BOOLEAN NOT NULL,
    next_letter_at BIGINT,
    PRIMARY KEY (org_id, user_id)
);
CREATE INDEX mfa_deadlines_end ON mfa_deadlines (is_over, ends_at);
CREATE INDEX mfa_deadlines_letter ON mfa_deadlines (next_letter_at);
CREATE TABLE organisations (
    id BLOB NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    role_model TEXT NOT NULL,
    policy TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
, language TEXT, scim_schemas TEXT, delete_at BIGINT, erased_since BIGINT);
CREATE UNIQUE INDEX organisations_slug ON organisations (slug);
CREATE TABLE outbox (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    tries BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_error TEXT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX outbox_due ON outbox (next_at);
CREATE TABLE own_domains (
    org_id BLOB NOT NULL,
    domain TEXT NOT NULL,
    challenge TEXT NOT NULL,
    proven_at BIGINT NULL,
    missing_since BIGINT NULL,
    checked_at BIGINT NULL,
    next_check_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, domain)
) WITHOUT ROWID;
CREATE INDEX own_domains_due ON own_domains (next_check_at);
CREATE INDEX own_domains_proven ON own_domains (domain) WHERE proven_at IS NOT NULL;
CREATE TABLE passkeys (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    name TEXT NOT NULL,
    credential_hash BLOB NOT NULL,
    credential TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (org_id, credential_hash);
CREATE INDEX passkeys_user ON passkeys (org_id, user_id);
CREATE TABLE passwords (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    phc TEXT NOT NULL,
    must_change BOOLEAN NOT NULL,
    expires_at BIGINT,
    set_at BIGINT NOT NULL, spent_at BIGINT,
    PRIMARY KEY (org_id, user_id)
);
CREATE TABLE past_access (
    org_id BLOB NOT NULL,
    subject_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    until_at BIGINT NOT NULL,
    object_id BLOB NOT NULL,
    word TEXT NOT NULL,
    mark TEXT NOT NULL,
    since BIGINT NOT NULL,
    via_id BLOB NULL,
    PRIMARY KEY (org_id, subject_id, kind, until_at, object_id, word, mark)
) WITHOUT ROWID;
CREATE INDEX past_access_age ON past_access (org_id, until_at);
CREATE TABLE personal_tokens (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    name TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    hint TEXT NOT NULL,
    scopes TEXT NOT NULL,
    user_epoch BIGINT NOT NULL,
    org_epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX personal_tokens_hash ON personal_tokens (token_hash);
CREATE INDEX personal_tokens_user ON personal_tokens (org_id, user_id);
CREATE TABLE project_assignments (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    access TEXT NOT NULL,
    as_team BOOLEAN NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX project_assignments_of ON project_assignments (org_id, subject_id, project_id);
CREATE INDEX project_assignments_order ON project_assignments (org_id, project_id, since, id);
CREATE UNIQUE INDEX project_assignments_subject
    ON project_assignments (org_id, project_id, subject_kind, subject_id);
CREATE TABLE project_places (
    org_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    assignment_id BLOB NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, project_id, user_id)
) WITHOUT ROWID;
CREATE INDEX project_places_assignment ON project_places (org_id, assignment_id, user_id);
CREATE INDEX project_places_user ON project_places (org_id, user_id, project_id, assignment_id, since);
CREATE TABLE projects (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX projects_name ON projects (org_id, name_key);
CREATE TABLE provisioning_calls (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    at BIGINT NOT NULL,
    took_us BIGINT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    came_to TEXT NOT NULL,
    about_id BLOB,
    said_sealed BLOB NOT NULL,
    ends_at BIGINT NOT NULL, times INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX provisioning_calls_about ON provisioning_calls (org_id, about_id, id);
CREATE INDEX provisioning_calls_at ON provisioning_calls (org_id, at, connection_id, status, times);
CREATE INDEX provisioning_calls_connection ON provisioning_calls (org_id, connection_id, id);
CREATE INDEX provisioning_calls_ends ON provisioning_calls (ends_at);
CREATE TABLE pushed_requests (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    handle_hash BLOB NOT NULL,
    request TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX pushed_requests_client ON pushed_requests (org_id, client_id);
CREATE INDEX pushed_requests_ends ON pushed_requests (expires_at);
CREATE INDEX pushed_requests_handle ON pushed_requests (handle_hash);
CREATE TABLE recovery_codes (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    place BIGINT NOT NULL,
    phc TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (org_id, user_id, place)
);
CREATE TABLE resources (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    owner_id BLOB,
    parent_id BLOB,
    registrar_id BLOB,
    visibility TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL, project_id BLOB NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX resources_external_id ON resources (org_id, kind, external_id);
CREATE INDEX resources_kind ON resources (org_id, kind, name_key, id);
CREATE INDEX resources_name ON resources (org_id, name_key, id);
CREATE INDEX resources_owner ON resources (org_id, owner_id, name_key, id);
CREATE INDEX resources_parent ON resources (org_id, parent_id, name_key, id);
CREATE INDEX resources_project ON resources (org_id, project_id);
CREATE INDEX resources_registrar ON resources (org_id, registrar_id, name_key, id);
CREATE TABLE review_items (
    org_id BLOB NOT NULL,
    review_id BLOB NOT NULL,
    id BLOB NOT NULL,
    holder_kind TEXT NOT NULL,
    holder_id BLOB NOT NULL,
    holder_name TEXT NOT NULL,
    user_name TEXT NOT NULL,
    held TEXT NOT NULL,
    held_name TEXT NOT NULL,
    via TEXT NOT NULL,
    is_of_provider BOOLEAN NOT NULL,
    facts TEXT NOT NULL,
    reviewer_id BLOB NULL,
    decision TEXT NULL,
    lower_role TEXT NULL,
    comment TEXT NULL,
    decider_id BLOB NULL,
    decided_at BIGINT NULL,
    is_submitted BOOLEAN NOT NULL,
    outcome TEXT NULL,
    why TEXT NULL,
    ended_at BIGINT NULL,
    PRIMARY KEY (org_id, review_id, id)
) WITHOUT ROWID;
CREATE INDEX review_items_handed_over ON review_items (org_id, review_id, id) WHERE outcome = 'handed_over';
CREATE INDEX review_items_holder ON review_items (org_id, holder_id);
CREATE INDEX review_items_reviewer ON review_items (org_id, reviewer_id, review_id, id);
CREATE TABLE review_nudges (
    org_id BLOB NOT NULL,
    quarter TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (org_id)
) WITHOUT ROWID;
CREATE TABLE review_schedules (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    terms TEXT NOT NULL,
    every TEXT NOT NULL,
    next_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    set_by_id BLOB NULL,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX review_schedules_next ON review_schedules (next_at);
CREATE TABLE reviews (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    schedule_id BLOB NULL,
    name TEXT NOT NULL,
    terms TEXT NOT NULL,
    state TEXT NOT NULL,
    population BIGINT NOT NULL,
    digest TEXT NOT NULL,
    warnings TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    opened_at BIGINT NULL,
    due_at BIGINT NULL,
    closed_at BIGINT NULL,
    reminders BIGINT NOT NULL,
    silence_by_id BLOB NULL,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX reviews_state ON reviews (state, due_at);
CREATE TABLE saved_views (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    query TEXT NOT NULL,
    is_shared BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX saved_views_name ON saved_views (org_id, owner_id, name_key);
CREATE TABLE service_accounts (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    role TEXT NOT NULL,
    owner_id BLOB,
    status TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX service_accounts_name ON service_accounts (org_id, name_key);
CREATE TABLE service_tokens (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    name TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    hint TEXT NOT NULL,
    scopes TEXT NOT NULL,
    account_epoch BIGINT NOT NULL,
    org_epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX service_tokens_account ON service_tokens (org_id, account_id);
CREATE INDEX service_tokens_hash ON service_tokens (token_hash);
CREATE TABLE sessions (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    user_epoch BIGINT NOT NULL,
    org_epoch BIGINT NOT NULL,
    amr TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL, connection_id BLOB, issuer TEXT, upstream_sid TEXT, upstream_ends_at BIGINT, device TEXT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_upstream ON sessions (org_id, connection_id, upstream_sid);
CREATE INDEX sessions_user ON sessions (org_id, user_id);
CREATE TABLE setup_links (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    maker_id BLOB,
    maker_epoch BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    token_id BLOB,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX setup_links_connection ON setup_links (org_id, connection_id, id);
CREATE INDEX setup_links_expires ON setup_links (expires_at);
CREATE INDEX setup_links_hash ON setup_links (token_hash);
CREATE TABLE shares (
    org_id BLOB NOT NULL,
    resource_id BLOB NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    level TEXT NOT NULL,
    since BIGINT NOT NULL,
    by_id BLOB,
    PRIMARY KEY (org_id, resource_id, subject_kind, subject_id)
) WITHOUT ROWID;
CREATE INDEX shares_subject ON shares (org_id, subject_kind, subject_id, resource_id, level, since, by_id);
CREATE TABLE sign_in_refusals (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    reference TEXT NOT NULL,
    at BIGINT NOT NULL,
    connection_id BLOB NOT NULL,
    connection_name TEXT NOT NULL,
    failed TEXT NOT NULL,
    reason TEXT NOT NULL,
    user_id BLOB,
    claims_sealed BLOB,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX sign_in_refusals_at ON sign_in_refusals (at);
CREATE INDEX sign_in_refusals_connection ON sign_in_refusals (org_id, connection_id, id);
CREATE UNIQUE INDEX sign_in_refusals_reference ON sign_in_refusals (org_id, reference);
CREATE INDEX sign_in_refusals_user ON sign_in_refusals (org_id, user_id, id);
CREATE TABLE sign_in_tries (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    at BIGINT NOT NULL,
    method TEXT NOT NULL,
    factor TEXT,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    client TEXT,
    failure TEXT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX sign_in_tries_at ON sign_in_tries (at);
CREATE INDEX sign_in_tries_failures ON sign_in_tries (org_id, at) WHERE failure IS NOT NULL;
CREATE INDEX sign_in_tries_failures_ip ON sign_in_tries (org_id, ip, at) WHERE failure IS NOT NULL;
CREATE INDEX sign_in_tries_failures_user ON sign_in_tries (org_id, user_id, at) WHERE failure IS NOT NULL;
CREATE INDEX sign_in_tries_user ON sign_in_tries (org_id, user_id, id);
CREATE TABLE signals (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    stream_id BLOB,
    user_id BLOB,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    ended_at BIGINT,
    failure TEXT,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX signals_age ON signals (at);
CREATE INDEX signals_cause ON signals (org_id, at, user_id);
CREATE INDEX signals_client ON signals (client_id, id);
CREATE INDEX signals_waiting ON signals (stream_id, state, id);
CREATE TABLE signing_keys (
    id BLOB NOT NULL PRIMARY KEY,
    kid TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    state TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);
CREATE UNIQUE INDEX signing_keys_kid ON signing_keys (kid);
CREATE TABLE spent_assertions (
    org_id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    jti_hash BLOB NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, client_id, jti_hash)
) WITHOUT ROWID;
CREATE INDEX spent_assertions_ends ON spent_assertions (ends_at);
CREATE TABLE streams (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    settings TEXT NOT NULL,
    authorization_sealed BLOB,
    status TEXT NOT NULL,
    reason TEXT,
    verified_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX streams_client ON streams (org_id, client_id);
CREATE TABLE team_members (
    org_id BLOB NOT NULL,
    team_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, team_id, user_id)
) WITHOUT ROWID;
CREATE INDEX team_members_user ON team_members (org_id, user_id, team_id, since);
CREATE TABLE team_usage (
    org_id BLOB NOT NULL,
    team_id BLOB NOT NULL,
    reporter_id BLOB NOT NULL,
    reporter TEXT NOT NULL,
    amounts TEXT NOT NULL,
    reported_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, team_id, reporter_id)
) WITHOUT ROWID;
CREATE INDEX team_usage_reporter ON team_usage (org_id, reporter_id);
CREATE TABLE teams (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL, lead_id BLOB NULL, quotas TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (org_id, id)
);
CREATE INDEX teams_lead ON teams (org_id, lead_id);
CREATE UNIQUE INDEX teams_name ON teams (org_id, name_key);
CREATE TABLE throttles (
    subject BLOB NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failure_at BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE undelivered_letters (
    org_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    address TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    at BIGINT NOT NULL,
    why TEXT NOT NULL,
    said TEXT,
    PRIMARY KEY (org_id, person_id)
);
CREATE INDEX undelivered_letters_at ON undelivered_letters (at);
CREATE TABLE user_emails (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    position BIGINT NOT NULL,
    value_key TEXT NOT NULL,
    PRIMARY KEY (org_id, user_id, position)
) WITHOUT ROWID;
CREATE INDEX user_emails_value ON user_emails (org_id, value_key);
CREATE TABLE user_values (
    org_id BLOB NOT NULL,
    attribute TEXT NOT NULL,
    value_key TEXT NOT NULL,
    user_id BLOB NOT NULL,
    PRIMARY KEY (org_id, attribute, value_key, user_id)
) WITHOUT ROWID;
CREATE INDEX user_values_user ON user_values (org_id, user_id);
CREATE TABLE users (
    org_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_name TEXT NOT NULL,
    user_name_key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    email TEXT,
    external_id TEXT,
    managed_by BLOB,
    sign_in TEXT NOT NULL,
    status TEXT NOT NULL,
    mfa_required BOOLEAN NOT NULL,
    epoch BIGINT NOT NULL,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    search TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL, display_name_key TEXT NOT NULL DEFAULT '', email_key TEXT NOT NULL DEFAULT '', last_active_at BIGINT NOT NULL DEFAULT 0, asserted TEXT, asserted_at BIGINT NOT NULL DEFAULT 0, proved_email TEXT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX users_asserted_at ON users (org_id, managed_by, asserted_at, id) WHERE status <> 'deactivated';
CREATE INDEX users_asserted_gone ON users (org_id, managed_by, id) WHERE asserted <> 'active' AND status <> 'deactivated';
CREATE INDEX users_display_name ON users (org_id, display_name_key, id);
CREATE INDEX users_email ON users (org_id, email_key, id);
CREATE UNIQUE INDEX users_external_id ON users (org_id, managed_by, external_id);
CREATE INDEX users_external_id_lookup ON users (org_id, external_id);
CREATE INDEX users_kept ON users (org_id, managed_by, created_at, status);
CREATE INDEX users_last_active ON users (org_id, last_active_at, id, created_at, status);
CREATE INDEX users_managed ON users (org_id, managed_by, id);
CREATE INDEX users_name_lookup ON users (user_name_key);
CREATE INDEX users_shut_out ON users (org_id, managed_by, id) WHERE asserted = 'active' AND status = 'deactivated';
CREATE INDEX users_status ON users (org_id, status, id);
CREATE UNIQUE INDEX users_user_name ON users (org_id, user_name_key);
