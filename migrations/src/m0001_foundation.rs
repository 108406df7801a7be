//! The foundation: organisations, people, groups, connections, clients, sessions, tokens, outbox and audit.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for tables in [INSTANCE, ORGANISATIONS, PEOPLE, GROUPS, SIGN_IN, CLIENTS, RECORDS] {
            ddl::run(manager, tables).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// What belongs to the instance and to no organisation.
const INSTANCE: &str = r"
CREATE TABLE instance_facts (
    name {text} NOT NULL PRIMARY KEY,
    value {text} NOT NULL
);
CREATE TABLE signing_keys (
    id {uuid} NOT NULL PRIMARY KEY,
    kid {text} NOT NULL,
    algorithm {text} NOT NULL,
    state {text} NOT NULL,
    sealed {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);
CREATE UNIQUE INDEX signing_keys_kid ON signing_keys (kid);
CREATE TABLE attempts (
    id {uuid} NOT NULL PRIMARY KEY,
    token_hash {bytes} NOT NULL,
    state {text} NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX attempts_token ON attempts (token_hash);
CREATE INDEX attempts_expiry ON attempts (expires_at);
CREATE TABLE throttles (
    subject {bytes} NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failure_at BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
) {rows_only};
";

/// Organisations and the identity providers connected to them.
const ORGANISATIONS: &str = r"
CREATE TABLE organisations (
    id {uuid} NOT NULL PRIMARY KEY,
    slug {text} NOT NULL,
    name {text} NOT NULL,
    status {text} NOT NULL,
    epoch BIGINT NOT NULL,
    role_model {text} NOT NULL,
    policy {text} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX organisations_slug ON organisations (slug);
CREATE TABLE connections (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    kind {text} NOT NULL,
    name {text} NOT NULL,
    status {text} NOT NULL,
    settings {text} NOT NULL,
    client_secret_sealed {bytes},
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE TABLE connection_tokens (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    connection_id {uuid} NOT NULL,
    token_hash {bytes} NOT NULL,
    hint {text} NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX connection_tokens_hash ON connection_tokens (token_hash);
CREATE INDEX connection_tokens_connection ON connection_tokens (org_id, connection_id);
";

/// Users, what they sign in with and the roles given to them.
const PEOPLE: &str = r"
CREATE TABLE users (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    user_name {text} NOT NULL,
    user_name_key {text} NOT NULL,
    display_name {text} NOT NULL,
    email {text},
    external_id {text},
    managed_by {uuid},
    sign_in {text} NOT NULL,
    status {text} NOT NULL,
    mfa_required {bool} NOT NULL,
    epoch BIGINT NOT NULL,
    version BIGINT NOT NULL,
    document {text} NOT NULL,
    search {json} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX users_user_name ON users (org_id, user_name_key);
CREATE UNIQUE INDEX users_external_id ON users (org_id, managed_by, external_id);
CREATE INDEX users_external_id_lookup ON users (org_id, external_id);
CREATE INDEX users_name_lookup ON users (user_name_key);
CREATE TABLE user_emails (
    org_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    position BIGINT NOT NULL,
    value_key {text} NOT NULL,
    PRIMARY KEY (org_id, user_id, position)
) {rows_only};
CREATE INDEX user_emails_value ON user_emails (org_id, value_key);
CREATE TABLE passwords (
    org_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    phc {text} NOT NULL,
    must_change {bool} NOT NULL,
    expires_at BIGINT,
    set_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, user_id)
);
CREATE TABLE factors (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    kind {text} NOT NULL,
    sealed {bytes} NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX factors_user ON factors (org_id, user_id, kind);
CREATE TABLE grants (
    org_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    role {text} NOT NULL,
    source {text} NOT NULL,
    source_id {uuid} NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, user_id, role, source, source_id)
) {rows_only};
CREATE INDEX grants_role ON grants (org_id, role, user_id);
CREATE TABLE link_tokens (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    purpose {text} NOT NULL,
    token_hash {bytes} NOT NULL,
    user_epoch BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX link_tokens_hash ON link_tokens (token_hash);
CREATE UNIQUE INDEX link_tokens_user ON link_tokens (org_id, user_id, purpose);
";

/// Groups, who is in them, and which roles they give.
const GROUPS: &str = r"
CREATE TABLE groups (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    display_name {text} NOT NULL,
    display_name_key {text} NOT NULL,
    external_id {text},
    managed_by {uuid},
    version BIGINT NOT NULL,
    document {text} NOT NULL,
    search {json} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX groups_display_name ON groups (org_id, display_name_key);
CREATE UNIQUE INDEX groups_external_id ON groups (org_id, managed_by, external_id);
CREATE INDEX groups_external_id_lookup ON groups (org_id, external_id);
CREATE TABLE members (
    org_id {uuid} NOT NULL,
    group_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, group_id, user_id)
) {rows_only};
CREATE INDEX members_user ON members (org_id, user_id, group_id);
CREATE TABLE held_members (
    org_id {uuid} NOT NULL,
    group_id {uuid} NOT NULL,
    value {text} NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, group_id, value)
) {rows_only};
CREATE INDEX held_members_value ON held_members (org_id, value);
CREATE TABLE group_roles (
    org_id {uuid} NOT NULL,
    group_id {uuid} NOT NULL,
    role {text} NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, group_id, role)
) {rows_only};
CREATE INDEX group_roles_role ON group_roles (org_id, role, group_id);
CREATE TABLE mapping_intents (
    org_id {uuid} NOT NULL,
    connection_id {uuid} NOT NULL,
    group_key {text} NOT NULL,
    role {text} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, connection_id, group_key, role)
) {rows_only};
";

/// Signed-in browsers.
const SIGN_IN: &str = r"
CREATE TABLE sessions (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    token_hash {bytes} NOT NULL,
    user_epoch BIGINT NOT NULL,
    org_epoch BIGINT NOT NULL,
    amr {text} NOT NULL,
    auth_time BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ip {text} NOT NULL,
    user_agent {text} NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_user ON sessions (org_id, user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);
";

/// OpenID Connect clients and what was issued to them.
const CLIENTS: &str = r"
CREATE TABLE clients (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    registration {text} NOT NULL,
    secret_hash {bytes},
    status {text} NOT NULL,
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX clients_id ON clients (id);
CREATE TABLE consents (
    org_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    client_id {uuid} NOT NULL,
    scopes {text} NOT NULL,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, user_id, client_id)
);
CREATE TABLE families (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    client_id {uuid} NOT NULL,
    session_id {uuid} NOT NULL,
    user_epoch BIGINT NOT NULL,
    org_epoch BIGINT NOT NULL,
    client_epoch BIGINT NOT NULL,
    scopes {text} NOT NULL,
    facts {text} NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX families_user ON families (org_id, user_id, client_id);
CREATE INDEX families_session ON families (org_id, session_id);
CREATE INDEX families_expiry ON families (expires_at);
CREATE TABLE issued (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    family_id {uuid} NOT NULL,
    kind {text} NOT NULL,
    token_hash {bytes} NOT NULL,
    scopes {text} NOT NULL,
    detail {text} NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX issued_token ON issued (token_hash);
CREATE INDEX issued_family ON issued (org_id, family_id);
CREATE INDEX issued_expiry ON issued (expires_at);
";

/// What was done, and what must still be told to others.
const RECORDS: &str = r"
CREATE TABLE outbox (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    kind {text} NOT NULL,
    payload {text} NOT NULL,
    tries BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_error {text},
    PRIMARY KEY (org_id, id)
);
CREATE INDEX outbox_due ON outbox (next_at);
CREATE TABLE audit (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    at BIGINT NOT NULL,
    action {text} NOT NULL,
    outcome {text} NOT NULL,
    actor_kind {text} NOT NULL,
    actor_id {text} NOT NULL,
    actor_label {text} NOT NULL,
    session_id {uuid},
    target_kind {text} NOT NULL,
    target_id {text} NOT NULL,
    target_label {text} NOT NULL,
    changes {text} NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX audit_target ON audit (org_id, target_id, id);
";
