CREATE TABLE public.attempts (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    expires_at bigint NOT NULL
);
CREATE TABLE public.audit (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    at bigint NOT NULL,
    action text NOT NULL COLLATE pg_catalog."C",
    outcome text NOT NULL COLLATE pg_catalog."C",
    actor_kind text NOT NULL COLLATE pg_catalog."C",
    actor_id text NOT NULL COLLATE pg_catalog."C",
    actor_label text NOT NULL COLLATE pg_catalog."C",
    session_id uuid,
    target_kind text NOT NULL COLLATE pg_catalog."C",
    target_id text NOT NULL COLLATE pg_catalog."C",
    target_label text NOT NULL COLLATE pg_catalog."C",
    changes text NOT NULL COLLATE pg_catalog."C",
    actor_key text COLLATE pg_catalog."C",
    target_key text COLLATE pg_catalog."C"
);
CREATE TABLE public.audit_checkpoints (
    org_id uuid NOT NULL,
    seq bigint NOT NULL,
    link text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    public_key text NOT NULL COLLATE pg_catalog."C",
    signature text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.audit_export_parts (
    org_id uuid NOT NULL,
    export_id uuid NOT NULL,
    run_id uuid NOT NULL,
    nth bigint NOT NULL,
    content bytea NOT NULL
);
CREATE TABLE public.audit_exports (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    format text NOT NULL COLLATE pg_catalog."C",
    filter text NOT NULL COLLATE pg_catalog."C",
    asked_kind text NOT NULL COLLATE pg_catalog."C",
    asked_id uuid,
    asked_label text NOT NULL COLLATE pg_catalog."C",
    asked_at bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    failure text COLLATE pg_catalog."C",
    run_id uuid,
    tries bigint NOT NULL,
    next_at bigint NOT NULL,
    deeds bigint,
    bytes bigint,
    manifest text COLLATE pg_catalog."C",
    expires_at bigint NOT NULL
);
CREATE TABLE public.audit_seals (
    org_id uuid NOT NULL,
    seq bigint NOT NULL,
    audit_id uuid NOT NULL,
    salts text NOT NULL COLLATE pg_catalog."C",
    hidden text NOT NULL COLLATE pg_catalog."C",
    link text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.audit_streams (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    format text NOT NULL COLLATE pg_catalog."C",
    secret_sealed bytea,
    earlier_secret_sealed bytea,
    earlier_until bigint,
    is_paused boolean NOT NULL,
    next_seq bigint NOT NULL,
    next_at bigint NOT NULL,
    tries bigint NOT NULL,
    last_error text COLLATE pg_catalog."C",
    last_sent_at bigint,
    failing_since bigint,
    told_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    events text COLLATE pg_catalog."C",
    region text COLLATE pg_catalog."C",
    access_key_id text COLLATE pg_catalog."C"
);
CREATE TABLE public.audit_verifications (
    org_id uuid NOT NULL,
    at bigint NOT NULL,
    problems bigint NOT NULL,
    first_problem text NOT NULL COLLATE pg_catalog."C",
    seen_at bigint,
    seen_seq bigint,
    seen_link text COLLATE pg_catalog."C"
);
CREATE TABLE public.brands (
    org_id uuid NOT NULL,
    version bigint NOT NULL,
    accent text,
    support text,
    logo_type text,
    logo_width bigint,
    logo_height bigint,
    logo_bytes bigint,
    logo_sha256 text,
    picture bytea
);
CREATE TABLE public.break_glass (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    marked_at bigint NOT NULL,
    used_at bigint
);
CREATE TABLE public.client_access (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    client_epoch bigint NOT NULL,
    scopes text NOT NULL COLLATE pg_catalog."C",
    token_hash bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.clients (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    registration text NOT NULL COLLATE pg_catalog."C",
    secret_hash bytea,
    status text NOT NULL COLLATE pg_catalog."C",
    epoch bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    events_uri text COLLATE pg_catalog."C",
    earlier_secret_hash bytea,
    earlier_secret_until bigint,
    registration_token_hash bytea,
    met_at bigint
);
CREATE TABLE public.connection_access (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.connection_clients (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    secret_hash bytea,
    jwks text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    last_used_at bigint
);
CREATE TABLE public.connection_domains (
    org_id uuid NOT NULL,
    domain text NOT NULL COLLATE pg_catalog."C",
    connection_id uuid NOT NULL,
    claimed_at bigint NOT NULL
);
CREATE TABLE public.connection_pulses (
    org_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    heard_at bigint,
    succeeded_at bigint,
    silent_since bigint,
    look_at bigint,
    outside_at bigint,
    outside_address text COLLATE pg_catalog."C",
    remind_at bigint
);
CREATE TABLE public.connection_tokens (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    hint text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    last_used_at bigint,
    warn_at bigint,
    scopes text COLLATE pg_catalog."C",
    attributes text COLLATE pg_catalog."C"
);
CREATE TABLE public.connections (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    settings text NOT NULL COLLATE pg_catalog."C",
    client_secret_sealed bytea,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.consents (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    client_id uuid NOT NULL,
    scopes text NOT NULL COLLATE pg_catalog."C",
    given_at bigint NOT NULL,
    resources text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.console_settings (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    is_dense boolean NOT NULL
);
CREATE TABLE public.deprovisionings (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    user_id uuid NOT NULL,
    way text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL
);
CREATE TABLE public.device_requests (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    device_hash bytea NOT NULL,
    user_hash bytea NOT NULL,
    request text NOT NULL COLLATE pg_catalog."C",
    interval_seconds bigint NOT NULL,
    polled_at bigint,
    expires_at bigint NOT NULL,
    allowed_at bigint,
    refused_at bigint
);
CREATE TABLE public.earlier_passwords (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    number bigint NOT NULL,
    phc text NOT NULL COLLATE pg_catalog."C",
    set_at bigint NOT NULL
);
CREATE TABLE public.end_dates (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    ends_at bigint NOT NULL,
    ended_at bigint,
    told_at bigint,
    set_by_id uuid
);
CREATE TABLE public.factors (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    sealed bytea NOT NULL,
    last_step bigint NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.families (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    client_id uuid NOT NULL,
    session_id uuid NOT NULL,
    user_epoch bigint NOT NULL,
    org_epoch bigint NOT NULL,
    client_epoch bigint NOT NULL,
    scopes text NOT NULL COLLATE pg_catalog."C",
    facts text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    revoked_at bigint
);
CREATE TABLE public.grants (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C",
    source_id uuid NOT NULL,
    since bigint NOT NULL
);
CREATE TABLE public.group_roles (
    org_id uuid NOT NULL,
    group_id uuid NOT NULL,
    role text NOT NULL COLLATE pg_catalog."C",
    since bigint NOT NULL
);
CREATE TABLE public.groups (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    display_name text NOT NULL COLLATE pg_catalog."C",
    display_name_key text NOT NULL COLLATE pg_catalog."C",
    external_id text COLLATE pg_catalog."C",
    managed_by uuid,
    version bigint NOT NULL,
    document text NOT NULL COLLATE pg_catalog."C",
    search jsonb NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.held_members (
    org_id uuid NOT NULL,
    group_id uuid NOT NULL,
    value text NOT NULL COLLATE pg_catalog."C",
    since bigint NOT NULL
);
CREATE TABLE public.identities (
    org_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    issuer text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    user_id uuid NOT NULL,
    linked_at bigint NOT NULL
);
CREATE TABLE public.instance_facts (
    name text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.invitations (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    address text NOT NULL COLLATE pg_catalog."C",
    address_key text NOT NULL COLLATE pg_catalog."C",
    display_name text COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    inviter_id uuid,
    inviter_name text NOT NULL COLLATE pg_catalog."C",
    inviter_epoch bigint NOT NULL,
    org_epoch bigint NOT NULL,
    token_hash bytea NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    sent_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    teams text DEFAULT '[]'::text NOT NULL COLLATE pg_catalog."C",
    display_name_key text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    is_mailed boolean DEFAULT false NOT NULL
);
CREATE TABLE public.issued (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    family_id uuid NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    token_hash bytea NOT NULL,
    scopes text NOT NULL COLLATE pg_catalog."C",
    detail text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint,
    jkt text COLLATE pg_catalog."C",
    audience text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    handed_to text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.kept_operations (
    org_id uuid NOT NULL,
    request_id uuid NOT NULL,
    operation bigint NOT NULL,
    resource_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.kept_requests (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    place bigint NOT NULL,
    asked_sealed bytea NOT NULL,
    bytes bigint NOT NULL,
    run_id uuid,
    tries bigint NOT NULL,
    next_at bigint NOT NULL
);
CREATE TABLE public.link_tokens (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    purpose text NOT NULL COLLATE pg_catalog."C",
    token_hash bytea NOT NULL,
    user_epoch bigint NOT NULL,
    expires_at bigint NOT NULL,
    address text COLLATE pg_catalog."C"
);
CREATE TABLE public.linkings (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    user_id uuid NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    claim_key bytea NOT NULL,
    claim_sealed bytea NOT NULL,
    times bigint NOT NULL,
    first_at bigint NOT NULL,
    last_at bigint NOT NULL
);
CREATE TABLE public.mapping_intents (
    org_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    group_key text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL
);
CREATE TABLE public.members (
    org_id uuid NOT NULL,
    group_id uuid NOT NULL,
    user_id uuid NOT NULL,
    since bigint NOT NULL
);
CREATE TABLE public.mfa_deadlines (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    began_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    is_over boolean NOT NULL,
    next_letter_at bigint
);
CREATE TABLE public.organisations (
    id uuid NOT NULL,
    slug text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    epoch bigint NOT NULL,
    role_model text NOT NULL COLLATE pg_catalog."C",
    policy text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    language text COLLATE pg_catalog."C",
    scim_schemas text COLLATE pg_catalog."C",
    delete_at bigint,
    erased_since bigint
);
CREATE TABLE public.outbox (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    payload text NOT NULL COLLATE pg_catalog."C",
    tries bigint NOT NULL,
    next_at bigint NOT NULL,
    created_at bigint NOT NULL,
    last_error text COLLATE pg_catalog."C"
);
CREATE TABLE public.own_domains (
    org_id uuid NOT NULL,
    domain text NOT NULL COLLATE pg_catalog."C",
    challenge text NOT NULL COLLATE pg_catalog."C",
    proven_at bigint,
    missing_since bigint,
    checked_at bigint,
    next_check_at bigint NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.passkeys (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    credential_hash bytea NOT NULL,
    credential text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    last_used_at bigint
);
CREATE TABLE public.passwords (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    phc text NOT NULL COLLATE pg_catalog."C",
    must_change boolean NOT NULL,
    expires_at bigint,
    set_at bigint NOT NULL,
    spent_at bigint
);
CREATE TABLE public.past_access (
    org_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    kind text NOT NULL,
    until_at bigint NOT NULL,
    object_id uuid NOT NULL,
    word text NOT NULL,
    mark text NOT NULL,
    since bigint NOT NULL,
    via_id uuid
);
CREATE TABLE public.personal_tokens (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    token_hash bytea NOT NULL,
    hint text NOT NULL COLLATE pg_catalog."C",
    scopes text NOT NULL COLLATE pg_catalog."C",
    user_epoch bigint NOT NULL,
    org_epoch bigint NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    last_used_at bigint
);
CREATE TABLE public.project_assignments (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    subject_kind text NOT NULL COLLATE pg_catalog."C",
    subject_id uuid NOT NULL,
    access text NOT NULL COLLATE pg_catalog."C",
    as_team boolean NOT NULL,
    since bigint NOT NULL
);
CREATE TABLE public.project_places (
    org_id uuid NOT NULL,
    project_id uuid NOT NULL,
    user_id uuid NOT NULL,
    assignment_id uuid NOT NULL,
    since bigint NOT NULL
);
CREATE TABLE public.projects (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.provisioning_calls (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    at bigint NOT NULL,
    took_us bigint NOT NULL,
    method text NOT NULL COLLATE pg_catalog."C",
    path text NOT NULL COLLATE pg_catalog."C",
    status integer NOT NULL,
    came_to text NOT NULL COLLATE pg_catalog."C",
    about_id uuid,
    said_sealed bytea NOT NULL,
    ends_at bigint NOT NULL,
    times integer DEFAULT 1 NOT NULL
);
CREATE TABLE public.pushed_requests (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    handle_hash bytea NOT NULL,
    request text NOT NULL COLLATE pg_catalog."C",
    expires_at bigint NOT NULL,
    used_at bigint
);
CREATE TABLE public.recovery_codes (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    place bigint NOT NULL,
    phc text NOT NULL COLLATE pg_catalog."C",
    used_at bigint
);
CREATE TABLE public.resources (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    external_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    owner_id uuid,
    parent_id uuid,
    registrar_id uuid,
    visibility text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    project_id uuid
);
CREATE TABLE public.review_items (
    org_id uuid NOT NULL,
    review_id uuid NOT NULL,
    id uuid NOT NULL,
    holder_kind text NOT NULL COLLATE pg_catalog."C",
    holder_id uuid NOT NULL,
    holder_name text NOT NULL COLLATE pg_catalog."C",
    user_name text NOT NULL COLLATE pg_catalog."C",
    held text NOT NULL COLLATE pg_catalog."C",
    held_name text NOT NULL COLLATE pg_catalog."C",
    via text NOT NULL COLLATE pg_catalog."C",
    is_of_provider boolean NOT NULL,
    facts text NOT NULL COLLATE pg_catalog."C",
    reviewer_id uuid,
    decision text COLLATE pg_catalog."C",
    lower_role text COLLATE pg_catalog."C",
    comment text COLLATE pg_catalog."C",
    decider_id uuid,
    decided_at bigint,
    is_submitted boolean NOT NULL,
    outcome text COLLATE pg_catalog."C",
    why text COLLATE pg_catalog."C",
    ended_at bigint
);
CREATE TABLE public.review_nudges (
    org_id uuid NOT NULL,
    quarter text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL
);
CREATE TABLE public.review_schedules (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    terms text NOT NULL COLLATE pg_catalog."C",
    every text NOT NULL COLLATE pg_catalog."C",
    next_at bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    set_by_id uuid
);
CREATE TABLE public.reviews (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    schedule_id uuid,
    name text NOT NULL COLLATE pg_catalog."C",
    terms text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    population bigint NOT NULL,
    digest text NOT NULL COLLATE pg_catalog."C",
    warnings text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    opened_at bigint,
    due_at bigint,
    closed_at bigint,
    reminders bigint NOT NULL,
    silence_by_id uuid
);
CREATE TABLE public.saved_views (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    query text NOT NULL COLLATE pg_catalog."C",
    is_shared boolean NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.service_accounts (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    owner_id uuid,
    status text NOT NULL COLLATE pg_catalog."C",
    epoch bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.service_tokens (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    token_hash bytea NOT NULL,
    hint text NOT NULL COLLATE pg_catalog."C",
    scopes text NOT NULL COLLATE pg_catalog."C",
    account_epoch bigint NOT NULL,
    org_epoch bigint NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    last_used_at bigint
);
CREATE TABLE public.sessions (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    user_epoch bigint NOT NULL,
    org_epoch bigint NOT NULL,
    amr text NOT NULL COLLATE pg_catalog."C",
    auth_time bigint NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    ip text NOT NULL COLLATE pg_catalog."C",
    user_agent text NOT NULL COLLATE pg_catalog."C",
    connection_id uuid,
    issuer text COLLATE pg_catalog."C",
    upstream_sid text COLLATE pg_catalog."C",
    upstream_ends_at bigint,
    device text COLLATE pg_catalog."C"
);
CREATE TABLE public.setup_links (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    maker_id uuid,
    maker_epoch bigint,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    token_id uuid
);
CREATE TABLE public.shares (
    org_id uuid NOT NULL,
    resource_id uuid NOT NULL,
    subject_kind text NOT NULL COLLATE pg_catalog."C",
    subject_id uuid NOT NULL,
    level text NOT NULL COLLATE pg_catalog."C",
    since bigint NOT NULL,
    by_id uuid
);
CREATE TABLE public.sign_in_refusals (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    reference text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    connection_id uuid NOT NULL,
    connection_name text NOT NULL COLLATE pg_catalog."C",
    failed text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    user_id uuid,
    claims_sealed bytea
);
CREATE TABLE public.sign_in_tries (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    at bigint NOT NULL,
    method text NOT NULL COLLATE pg_catalog."C",
    factor text COLLATE pg_catalog."C",
    ip text NOT NULL COLLATE pg_catalog."C",
    user_agent text NOT NULL COLLATE pg_catalog."C",
    client text COLLATE pg_catalog."C",
    failure text COLLATE pg_catalog."C"
);
CREATE TABLE public.signals (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    stream_id uuid,
    user_id uuid,
    kind text NOT NULL COLLATE pg_catalog."C",
    content text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    tries bigint NOT NULL,
    ended_at bigint,
    failure text COLLATE pg_catalog."C"
);
CREATE TABLE public.signing_keys (
    id uuid NOT NULL,
    kid text NOT NULL COLLATE pg_catalog."C",
    algorithm text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    sealed bytea NOT NULL,
    created_at bigint NOT NULL,
    retired_at bigint
);
CREATE TABLE public.spent_assertions (
    org_id uuid NOT NULL,
    client_id uuid NOT NULL,
    jti_hash bytea NOT NULL,
    ends_at bigint NOT NULL
);
CREATE TABLE public.streams (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    settings text NOT NULL COLLATE pg_catalog."C",
    authorization_sealed bytea,
    status text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    verified_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.team_members (
    org_id uuid NOT NULL,
    team_id uuid NOT NULL,
    user_id uuid NOT NULL,
    since bigint NOT NULL
);
CREATE TABLE public.team_usage (
    org_id uuid NOT NULL,
    team_id uuid NOT NULL,
    reporter_id uuid NOT NULL,
    reporter text NOT NULL COLLATE pg_catalog."C",
    amounts text NOT NULL COLLATE pg_catalog."C",
    reported_at bigint NOT NULL
);
CREATE TABLE public.teams (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    lead_id uuid,
    quotas text DEFAULT '{}'::text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.throttles (
    subject bytea NOT NULL,
    failures bigint NOT NULL,
    last_failure_at bigint NOT NULL,
    locked_until bigint NOT NULL
);
CREATE TABLE public.undelivered_letters (
    org_id uuid NOT NULL,
    person_id uuid NOT NULL,
    address text NOT NULL COLLATE pg_catalog."C",
    written_at bigint NOT NULL,
    at bigint NOT NULL,
    why text NOT NULL COLLATE pg_catalog."C",
    said text COLLATE pg_catalog."C"
);
CREATE TABLE public.user_emails (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    "position" bigint NOT NULL,
    value_key text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.user_values (
    org_id uuid NOT NULL,
    attribute text NOT NULL COLLATE pg_catalog."C",
    value_key text NOT NULL COLLATE pg_catalog."C",
    user_id uuid NOT NULL
);
CREATE TABLE public.users (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_name text NOT NULL COLLATE pg_catalog."C",
    user_name_key text NOT NULL COLLATE pg_catalog."C",
    display_name text NOT NULL COLLATE pg_catalog."C",
    email text COLLATE pg_catalog."C",
    external_id text COLLATE pg_catalog."C",
    managed_by uuid,
    sign_in text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    mfa_required boolean NOT NULL,
    epoch bigint NOT NULL,
    version bigint NOT NULL,
    document text NOT NULL COLLATE pg_catalog."C",
    search jsonb NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    display_name_key text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    email_key text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    last_active_at bigint DEFAULT 0 NOT NULL,
    asserted text COLLATE pg_catalog."C",
    asserted_at bigint DEFAULT 0 NOT NULL,
    proved_email text COLLATE pg_catalog."C"
);
ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_checkpoints
    ADD CONSTRAINT audit_checkpoints_pkey PRIMARY KEY (org_id, seq);
ALTER TABLE ONLY public.audit_export_parts
    ADD CONSTRAINT audit_export_parts_pkey PRIMARY KEY (org_id, export_id, run_id, nth);
ALTER TABLE ONLY public.audit_exports
    ADD CONSTRAINT audit_exports_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_pkey PRIMARY KEY (org_id, seq);
ALTER TABLE ONLY public.audit_streams
    ADD CONSTRAINT audit_streams_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.audit_verifications
    ADD CONSTRAINT audit_verifications_pkey PRIMARY KEY (org_id);
ALTER TABLE ONLY public.brands
    ADD CONSTRAINT brands_pkey PRIMARY KEY (org_id);
ALTER TABLE ONLY public.break_glass
    ADD CONSTRAINT break_glass_pkey PRIMARY KEY (org_id, user_id);
ALTER TABLE ONLY public.client_access
    ADD CONSTRAINT client_access_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.clients
    ADD CONSTRAINT clients_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.connection_access
    ADD CONSTRAINT connection_access_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.connection_clients
    ADD CONSTRAINT connection_clients_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.connection_domains
    ADD CONSTRAINT connection_domains_pkey PRIMARY KEY (org_id, domain);
ALTER TABLE ONLY public.connection_pulses
    ADD CONSTRAINT connection_pulses_pkey PRIMARY KEY (org_id, connection_id);
ALTER TABLE ONLY public.connection_tokens
    ADD CONSTRAINT connection_tokens_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.connections
    ADD CONSTRAINT connections_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (org_id, user_id, client_id);
ALTER TABLE ONLY public.console_settings
    ADD CONSTRAINT console_settings_pkey PRIMARY KEY (org_id, user_id);
ALTER TABLE ONLY public.deprovisionings
    ADD CONSTRAINT deprovisionings_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.device_requests
    ADD CONSTRAINT device_requests_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.earlier_passwords
    ADD CONSTRAINT earlier_passwords_pkey PRIMARY KEY (org_id, user_id, number);
ALTER TABLE ONLY public.end_dates
    ADD CONSTRAINT end_dates_pkey PRIMARY KEY (org_id, user_id);
ALTER TABLE ONLY public.factors
    ADD CONSTRAINT factors_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.families
    ADD CONSTRAINT families_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.grants
    ADD CONSTRAINT grants_pkey PRIMARY KEY (org_id, user_id, role, source, source_id);
ALTER TABLE ONLY public.group_roles
    ADD CONSTRAINT group_roles_pkey PRIMARY KEY (org_id, group_id, role);
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT groups_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.held_members
    ADD CONSTRAINT held_members_pkey PRIMARY KEY (org_id, group_id, value);
ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (org_id, connection_id, issuer, subject);
ALTER TABLE ONLY public.instance_facts
    ADD CONSTRAINT instance_facts_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.issued
    ADD CONSTRAINT issued_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.kept_operations
    ADD CONSTRAINT kept_operations_pkey PRIMARY KEY (org_id, request_id, operation);
ALTER TABLE ONLY public.kept_requests
    ADD CONSTRAINT kept_requests_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.link_tokens
    ADD CONSTRAINT link_tokens_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.linkings
    ADD CONSTRAINT linkings_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.mapping_intents
    ADD CONSTRAINT mapping_intents_pkey PRIMARY KEY (org_id, connection_id, group_key, role);
ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_pkey PRIMARY KEY (org_id, group_id, user_id);
ALTER TABLE ONLY public.mfa_deadlines
    ADD CONSTRAINT mfa_deadlines_pkey PRIMARY KEY (org_id, user_id);
ALTER TABLE ONLY public.organisations
    ADD CONSTRAINT organisations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.own_domains
    ADD CONSTRAINT own_domains_pkey PRIMARY KEY (org_id, domain);
ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.passwords
    ADD CONSTRAINT passwords_pkey PRIMARY KEY (org_id, user_id);
ALTER TABLE ONLY public.past_access
    ADD CONSTRAINT past_access_pkey PRIMARY KEY (org_id, subject_id, kind, until_at, object_id, word, mark);
ALTER TABLE ONLY public.personal_tokens
    ADD CONSTRAINT personal_tokens_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.project_assignments
    ADD CONSTRAINT project_assignments_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.project_places
    ADD CONSTRAINT project_places_pkey PRIMARY KEY (org_id, project_id, user_id);
ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.provisioning_calls
    ADD CONSTRAINT provisioning_calls_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.pushed_requests
    ADD CONSTRAINT pushed_requests_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (org_id, user_id, place);
ALTER TABLE ONLY public.resources
    ADD CONSTRAINT resources_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.review_items
    ADD CONSTRAINT review_items_pkey PRIMARY KEY (org_id, review_id, id);
ALTER TABLE ONLY public.review_nudges
    ADD CONSTRAINT review_nudges_pkey PRIMARY KEY (org_id);
ALTER TABLE ONLY public.review_schedules
    ADD CONSTRAINT review_schedules_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.service_accounts
    ADD CONSTRAINT service_accounts_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.service_tokens
    ADD CONSTRAINT service_tokens_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.setup_links
    ADD CONSTRAINT setup_links_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.shares
    ADD CONSTRAINT shares_pkey PRIMARY KEY (org_id, resource_id, subject_kind, subject_id);
ALTER TABLE ONLY public.sign_in_refusals
    ADD CONSTRAINT sign_in_refusals_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.sign_in_tries
    ADD CONSTRAINT sign_in_tries_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.signals
    ADD CONSTRAINT signals_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.spent_assertions
    ADD CONSTRAINT spent_assertions_pkey PRIMARY KEY (org_id, client_id, jti_hash);
ALTER TABLE ONLY public.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_pkey PRIMARY KEY (org_id, team_id, user_id);
ALTER TABLE ONLY public.team_usage
    ADD CONSTRAINT team_usage_pkey PRIMARY KEY (org_id, team_id, reporter_id);
ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_pkey PRIMARY KEY (org_id, id);
ALTER TABLE ONLY public.throttles
    ADD CONSTRAINT throttles_pkey PRIMARY KEY (subject);
ALTER TABLE ONLY public.undelivered_letters
    ADD CONSTRAINT undelivered_letters_pkey PRIMARY KEY (org_id, person_id);
ALTER TABLE ONLY public.user_emails
    ADD CONSTRAINT user_emails_pkey PRIMARY KEY (org_id, user_id, "position");
ALTER TABLE ONLY public.user_values
    ADD CONSTRAINT user_values_pkey PRIMARY KEY (org_id, attribute, value_key, user_id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (org_id, id);
CREATE INDEX attempts_expiry ON public.attempts USING btree (expires_at);
CREATE UNIQUE INDEX attempts_token ON public.attempts USING btree (token_hash);
CREATE INDEX audit_action ON public.audit USING btree (org_id, action, at, id);
CREATE INDEX audit_actor ON public.audit USING btree (org_id, actor_id, at, id);
CREATE INDEX audit_at ON public.audit USING btree (org_id, at, id);
CREATE INDEX audit_exports_due ON public.audit_exports USING btree (next_at);
CREATE INDEX audit_outcome ON public.audit USING btree (org_id, outcome, at, id);
CREATE UNIQUE INDEX audit_seals_row ON public.audit_seals USING btree (org_id, audit_id);
CREATE INDEX audit_streams_due ON public.audit_streams USING btree (next_at);
CREATE INDEX audit_target ON public.audit USING btree (org_id, target_id, at, id);
CREATE INDEX client_access_client ON public.client_access USING btree (org_id, client_id);
CREATE INDEX client_access_ends ON public.client_access USING btree (expires_at);
CREATE INDEX client_access_token ON public.client_access USING btree (token_hash);
CREATE INDEX clients_id ON public.clients USING btree (id);
CREATE INDEX connection_access_client ON public.connection_access USING btree (org_id, client_id);
CREATE INDEX connection_access_ends ON public.connection_access USING btree (expires_at);
CREATE INDEX connection_access_hash ON public.connection_access USING btree (token_hash);
CREATE INDEX connection_clients_connection ON public.connection_clients USING btree (org_id, connection_id);
CREATE INDEX connection_clients_id ON public.connection_clients USING btree (id);
CREATE INDEX connection_domains_domain ON public.connection_domains USING btree (domain);
CREATE INDEX connection_pulses_look ON public.connection_pulses USING btree (look_at);
CREATE INDEX connection_pulses_remind ON public.connection_pulses USING btree (remind_at);
CREATE INDEX connection_tokens_connection ON public.connection_tokens USING btree (org_id, connection_id);
CREATE INDEX connection_tokens_hash ON public.connection_tokens USING btree (token_hash);
CREATE INDEX connection_tokens_warn ON public.connection_tokens USING btree (warn_at);
CREATE INDEX consents_client ON public.consents USING btree (client_id);
CREATE INDEX deprovisionings_at ON public.deprovisionings USING btree (state, at);
CREATE INDEX deprovisionings_connection ON public.deprovisionings USING btree (org_id, connection_id, state, at);
CREATE UNIQUE INDEX deprovisionings_user ON public.deprovisionings USING btree (org_id, user_id);
CREATE INDEX device_requests_client ON public.device_requests USING btree (org_id, client_id);
CREATE INDEX device_requests_device ON public.device_requests USING btree (device_hash);
CREATE INDEX device_requests_ends ON public.device_requests USING btree (expires_at);
CREATE INDEX device_requests_user ON public.device_requests USING btree (user_hash);
CREATE INDEX end_dates_due ON public.end_dates USING btree (ends_at) WHERE (ended_at IS NULL);
CREATE INDEX end_dates_ended ON public.end_dates USING btree (org_id, ended_at) WHERE (ended_at IS NOT NULL);
CREATE UNIQUE INDEX factors_user ON public.factors USING btree (org_id, user_id, kind);
CREATE INDEX families_client ON public.families USING btree (client_id);
CREATE INDEX families_expiry ON public.families USING btree (expires_at);
CREATE INDEX families_session ON public.families USING btree (org_id, session_id);
CREATE INDEX families_user ON public.families USING btree (org_id, user_id, client_id);
CREATE INDEX grants_by_hand ON public.grants USING btree (org_id, user_id, role, since) WHERE (source = 'manual'::text);
CREATE INDEX grants_role ON public.grants USING btree (org_id, role, user_id);
CREATE INDEX grants_source ON public.grants USING btree (org_id, source_id, source, role, user_id, since);
CREATE INDEX group_roles_role ON public.group_roles USING btree (org_id, role, group_id);
CREATE UNIQUE INDEX groups_display_name ON public.groups USING btree (org_id, display_name_key);
CREATE UNIQUE INDEX groups_external_id ON public.groups USING btree (org_id, managed_by, external_id);
CREATE INDEX groups_external_id_lookup ON public.groups USING btree (org_id, external_id);
CREATE INDEX held_members_value ON public.held_members USING btree (org_id, value);
CREATE UNIQUE INDEX identities_user ON public.identities USING btree (org_id, user_id, connection_id);
CREATE INDEX invitations_created ON public.invitations USING btree (org_id, created_at, id) WHERE (state = 'pending'::text);
CREATE INDEX invitations_expiry ON public.invitations USING btree (expires_at);
CREATE UNIQUE INDEX invitations_pending ON public.invitations USING btree (org_id, address_key) WHERE (state = 'pending'::text);
CREATE INDEX invitations_token ON public.invitations USING btree (token_hash);
CREATE INDEX issued_expiry ON public.issued USING btree (expires_at);
CREATE INDEX issued_family ON public.issued USING btree (org_id, family_id);
CREATE INDEX issued_token ON public.issued USING btree (token_hash);
CREATE INDEX kept_requests_due ON public.kept_requests USING btree (next_at, org_id, connection_id, place, id, tries, bytes);
CREATE UNIQUE INDEX kept_requests_place ON public.kept_requests USING btree (org_id, connection_id, place);
CREATE INDEX kept_requests_waiting ON public.kept_requests USING btree (org_id, connection_id, bytes);
CREATE INDEX link_tokens_hash ON public.link_tokens USING btree (token_hash);
CREATE UNIQUE INDEX link_tokens_user ON public.link_tokens USING btree (org_id, user_id, purpose);
CREATE INDEX linkings_connection ON public.linkings USING btree (org_id, connection_id, state, id);
CREATE INDEX linkings_last ON public.linkings USING btree (last_at);
CREATE INDEX linkings_of_user ON public.linkings USING btree (org_id, user_id);
CREATE UNIQUE INDEX linkings_user ON public.linkings USING btree (org_id, connection_id, user_id);
CREATE INDEX members_user ON public.members USING btree (org_id, user_id, group_id, since);
CREATE INDEX mfa_deadlines_end ON public.mfa_deadlines USING btree (is_over, ends_at);
CREATE INDEX mfa_deadlines_letter ON public.mfa_deadlines USING btree (next_letter_at);
CREATE UNIQUE INDEX organisations_slug ON public.organisations USING btree (slug);
CREATE INDEX outbox_due ON public.outbox USING btree (next_at);
CREATE INDEX own_domains_due ON public.own_domains USING btree (next_check_at);
CREATE INDEX own_domains_proven ON public.own_domains USING btree (domain) WHERE (proven_at IS NOT NULL);
CREATE UNIQUE INDEX passkeys_credential ON public.passkeys USING btree (org_id, credential_hash);
CREATE INDEX passkeys_user ON public.passkeys USING btree (org_id, user_id);
CREATE INDEX past_access_age ON public.past_access USING btree (org_id, until_at);
CREATE INDEX personal_tokens_hash ON public.personal_tokens USING btree (token_hash);
CREATE INDEX personal_tokens_user ON public.personal_tokens USING btree (org_id, user_id);
CREATE INDEX project_assignments_of ON public.project_assignments USING btree (org_id, subject_id, project_id);
CREATE INDEX project_assignments_order ON public.project_assignments USING btree (org_id, project_id, since, id);
CREATE UNIQUE INDEX project_assignments_subject ON public.project_assignments USING btree (org_id, project_id, subject_kind, subject_id);
CREATE INDEX project_places_assignment ON public.project_places USING btree (org_id, assignment_id, user_id);
CREATE INDEX project_places_user ON public.project_places USING btree (org_id, user_id, project_id, assignment_id, since);
CREATE UNIQUE INDEX projects_name ON public.projects USING btree (org_id, name_key);
CREATE INDEX provisioning_calls_about ON public.provisioning_calls USING btree (org_id, about_id, id);
CREATE INDEX provisioning_calls_at ON public.provisioning_calls USING btree (org_id, at, connection_id, status, times);
CREATE INDEX provisioning_calls_connection ON public.provisioning_calls USING btree (org_id, connection_id, id);
CREATE INDEX provisioning_calls_ends ON public.provisioning_calls USING btree (ends_at);
CREATE INDEX pushed_requests_client ON public.pushed_requests USING btree (org_id, client_id);
CREATE INDEX pushed_requests_ends ON public.pushed_requests USING btree (expires_at);
CREATE INDEX pushed_requests_handle ON public.pushed_requests USING btree (handle_hash);
CREATE UNIQUE INDEX resources_external_id ON public.resources USING btree (org_id, kind, external_id);
CREATE INDEX resources_kind ON public.resources USING btree (org_id, kind, name_key, id);
CREATE INDEX resources_name ON public.resources USING btree (org_id, name_key, id);
CREATE INDEX resources_owner ON public.resources USING btree (org_id, owner_id, name_key, id);
CREATE INDEX resources_parent ON public.resources USING btree (org_id, parent_id, name_key, id);
CREATE INDEX resources_project ON public.resources USING btree (org_id, project_id);
CREATE INDEX resources_registrar ON public.resources USING btree (org_id, registrar_id, name_key, id);
CREATE INDEX review_items_handed_over ON public.review_items USING btree (org_id, review_id, id) WHERE (outcome = 'handed_over'::text);
CREATE INDEX review_items_holder ON public.review_items USING btree (org_id, holder_id);
CREATE INDEX review_items_reviewer ON public.review_items USING btree (org_id, reviewer_id, review_id, id);
CREATE INDEX review_schedules_next ON public.review_schedules USING btree (next_at);
CREATE INDEX reviews_state ON public.reviews USING btree (state, due_at);
CREATE UNIQUE INDEX saved_views_name ON public.saved_views USING btree (org_id, owner_id, name_key);
CREATE UNIQUE INDEX service_accounts_name ON public.service_accounts USING btree (org_id, name_key);
CREATE INDEX service_tokens_account ON public.service_tokens USING btree (org_id, account_id);
CREATE INDEX service_tokens_hash ON public.service_tokens USING btree (token_hash);
CREATE INDEX sessions_expiry ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_token ON public.sessions USING btree (token_hash);
CREATE INDEX sessions_upstream ON public.sessions USING btree (org_id, connection_id, upstream_sid);
CREATE INDEX sessions_user ON public.sessions USING btree (org_id, user_id);
CREATE INDEX setup_links_connection ON public.setup_links USING btree (org_id, connection_id, id);
CREATE INDEX setup_links_expires ON public.setup_links USING btree (expires_at);
CREATE INDEX setup_links_hash ON public.setup_links USING btree (token_hash);
CREATE INDEX shares_subject ON public.shares USING btree (org_id, subject_kind, subject_id, resource_id, level, since, by_id);
CREATE INDEX sign_in_refusals_at ON public.sign_in_refusals USING btree (at);
CREATE INDEX sign_in_refusals_connection ON public.sign_in_refusals USING btree (org_id, connection_id, id);
CREATE UNIQUE INDEX sign_in_refusals_reference ON public.sign_in_refusals USING btree (org_id, reference);
CREATE INDEX sign_in_refusals_user ON public.sign_in_refusals USING btree (org_id, user_id, id);
CREATE INDEX sign_in_tries_at ON public.sign_in_tries USING btree (at);
CREATE INDEX sign_in_tries_failures ON public.sign_in_tries USING btree (org_id, at) WHERE (failure IS NOT NULL);
CREATE INDEX sign_in_tries_failures_ip ON public.sign_in_tries USING btree (org_id, ip, at) WHERE (failure IS NOT NULL);
CREATE INDEX sign_in_tries_failures_user ON public.sign_in_tries USING btree (org_id, user_id, at) WHERE (failure IS NOT NULL);
CREATE INDEX sign_in_tries_user ON public.sign_in_tries USING btree (org_id, user_id, id);
CREATE INDEX signals_age ON public.signals USING btree (at);
CREATE INDEX signals_cause ON public.signals USING btree (org_id, at, user_id);
CREATE INDEX signals_client ON public.signals USING btree (client_id, id);
CREATE INDEX signals_waiting ON public.signals USING btree (stream_id, state, id);
CREATE UNIQUE INDEX signing_keys_kid ON public.signing_keys USING btree (kid);
CREATE INDEX spent_assertions_ends ON public.spent_assertions USING btree (ends_at);
CREATE UNIQUE INDEX streams_client ON public.streams USING btree (org_id, client_id);
CREATE INDEX team_members_user ON public.team_members USING btree (org_id, user_id, team_id, since);
CREATE INDEX team_usage_reporter ON public.team_usage USING btree (org_id, reporter_id);
CREATE INDEX teams_lead ON public.teams USING btree (org_id, lead_id);
CREATE UNIQUE INDEX teams_name ON public.teams USING btree (org_id, name_key);
CREATE INDEX undelivered_letters_at ON public.undelivered_letters USING btree (at);
CREATE INDEX user_emails_value ON public.user_emails USING btree (org_id, value_key);
CREATE INDEX user_values_user ON public.user_values USING btree (org_id, user_id);
CREATE INDEX users_asserted_at ON public.users USING btree (org_id, managed_by, asserted_at, id) WHERE (status <> 'deactivated'::text);
CREATE INDEX users_asserted_gone ON public.users USING btree (org_id, managed_by, id) WHERE ((asserted <> 'active'::text) AND (status <> 'deactivated'::text));
CREATE INDEX users_display_name ON public.users USING btree (org_id, display_name_key, id);
CREATE INDEX users_email ON public.users USING btree (org_id, email_key, id);
CREATE UNIQUE INDEX users_external_id ON public.users USING btree (org_id, managed_by, external_id);
CREATE INDEX users_external_id_lookup ON public.users USING btree (org_id, external_id);
CREATE INDEX users_kept ON public.users USING btree (org_id, managed_by, created_at, status);
CREATE INDEX users_last_active ON public.users USING btree (org_id, last_active_at, id, created_at, status);
CREATE INDEX users_managed ON public.users USING btree (org_id, managed_by, id);
CREATE INDEX users_name_lookup ON public.users USING btree (user_name_key);
CREATE INDEX users_shut_out ON public.users USING btree (org_id, managed_by, id) WHERE ((asserted = 'active'::text) AND (status = 'deactivated'::text));
CREATE INDEX users_status ON public.users USING btree (org_id, status, id);
CREATE UNIQUE INDEX users_user_name ON public.users USING btree (org_id, user_name_key);
