//! Rows of the instance and its organisations.

pub(in crate::store) mod instance_fact {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "instance_facts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod signing_key {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kid: String,
        pub algorithm: String,
        pub state: String,
        pub sealed: Vec<u8>,
        pub created_at: i64,
        pub retired_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod throttle {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "throttles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject: Vec<u8>,
        pub failures: i64,
        pub last_failure_at: i64,
        pub locked_until: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod organisation {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organisations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub slug: String,
        pub name: String,
        pub status: String,
        pub epoch: i64,
        pub role_model: String,
        pub policy: String,
        pub language: Option<String>,
        pub scim_schemas: Option<String>,
        pub created_at: i64,
        pub updated_at: i64,
        pub delete_at: Option<i64>,
        pub erased_since: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod brand {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "brands")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        pub version: i64,
        pub accent: Option<String>,
        pub support: Option<String>,
        pub logo_type: Option<String>,
        pub logo_width: Option<i64>,
        pub logo_height: Option<i64>,
        pub logo_bytes: Option<i64>,
        pub logo_sha256: Option<String>,
        pub picture: Option<Vec<u8>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod outbox {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub payload: String,
        pub tries: i64,
        pub next_at: i64,
        pub created_at: i64,
        pub last_error: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod audit {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub at: i64,
        pub action: String,
        pub outcome: String,
        pub actor_kind: String,
        pub actor_id: String,
        pub actor_label: String,
        pub session_id: Option<Uuid>,
        pub target_kind: String,
        pub target_id: String,
        pub target_label: String,
        pub changes: String,
        pub actor_key: Option<String>,
        pub target_key: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
