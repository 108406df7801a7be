//! The values of attributes of an organisation's own schemas that are unique, so that one which is taken is found by an index;
//! and the roles that a connection gives, likewise.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, VALUES).await?;
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        ddl::run(manager, if is_postgres { GATHERED_ON_POSTGRES } else { GATHERED_ON_SQLITE }).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Users who had the same value before it was to be unique have a row each, so the key ends with the user.
const VALUES: &str = r"
CREATE TABLE user_values (
    org_id {uuid} NOT NULL,
    attribute {text} NOT NULL,
    value_key {text} NOT NULL,
    user_id {uuid} NOT NULL,
    PRIMARY KEY (org_id, attribute, value_key, user_id)
) {rows_only};
CREATE INDEX user_values_user ON user_values (org_id, user_id);
CREATE INDEX grants_source ON grants (org_id, source_id, source, role);
";

/// What users have of the attributes that are unique already, as filters see it.
const GATHERED_ON_SQLITE: &str = r#"
INSERT OR IGNORE INTO user_values (org_id, attribute, value_key, user_id)
SELECT u.org_id, json_extract(e.value, '$.id') || ':' || json_extract(a.value, '$.name'), v.value, u.id
FROM organisations o, json_each(o.scim_schemas, '$.extensions') e, json_each(e.value, '$.attributes') a, users u,
    json_each(u.search, '$."' || json_extract(e.value, '$.id') || '"."' || json_extract(a.value, '$.name') || '"') v
WHERE u.org_id = o.id AND json_extract(a.value, '$.uniqueness') = 'server' AND length(v.value) <= 512;
"#;

const GATHERED_ON_POSTGRES: &str = r"
INSERT INTO user_values (org_id, attribute, value_key, user_id)
SELECT u.org_id, (e.value ->> 'id') || ':' || (a.value ->> 'name'), v.value, u.id
FROM organisations o
CROSS JOIN LATERAL jsonb_array_elements(o.scim_schemas::jsonb -> 'extensions') AS e(value)
CROSS JOIN LATERAL jsonb_array_elements(e.value -> 'attributes') AS a(value)
JOIN users u ON u.org_id = o.id
CROSS JOIN LATERAL (SELECT u.search -> (e.value ->> 'id') -> (a.value ->> 'name') AS said) AS s
CROSS JOIN LATERAL jsonb_array_elements_text(CASE jsonb_typeof(s.said)
    WHEN 'array' THEN s.said WHEN 'string' THEN jsonb_build_array(s.said) ELSE '[]'::jsonb END) AS v(value)
WHERE a.value ->> 'uniqueness' = 'server' AND length(v.value) <= 512
ON CONFLICT DO NOTHING;
";
