//! The chain over the rows of the audit, the streams in which it goes out, and the files of it that are kept.

pub(in crate::store) mod audit_seal {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_seals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub audit_id: Uuid,
        pub salts: String,
        pub hidden: String,
        pub link: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod audit_checkpoint {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_checkpoints")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub link: String,
        pub at: i64,
        pub public_key: String,
        pub signature: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod audit_verification {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_verifications")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        pub at: i64,
        pub problems: i64,
        pub first_problem: String,
        pub seen_at: Option<i64>,
        pub seen_seq: Option<i64>,
        pub seen_link: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod audit_stream {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_streams")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub kind: String,
        pub address: String,
        pub format: String,
        pub secret_sealed: Option<Vec<u8>>,
        pub earlier_secret_sealed: Option<Vec<u8>>,
        pub earlier_until: Option<i64>,
        pub is_paused: bool,
        pub next_seq: i64,
        pub next_at: i64,
        pub tries: i64,
        pub last_error: Option<String>,
        pub last_sent_at: Option<i64>,
        pub failing_since: Option<i64>,
        pub told_at: Option<i64>,
        pub created_at: i64,
        pub updated_at: i64,
        pub events: Option<String>,
        pub region: Option<String>,
        pub access_key_id: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod audit_export {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_exports")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub format: String,
        pub filter: String,
        pub asked_kind: String,
        pub asked_id: Option<Uuid>,
        pub asked_label: String,
        pub asked_at: i64,
        pub state: String,
        pub failure: Option<String>,
        pub run_id: Option<Uuid>,
        pub tries: i64,
        pub next_at: i64,
        pub deeds: Option<i64>,
        pub bytes: Option<i64>,
        pub manifest: Option<String>,
        pub expires_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod audit_export_part {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_export_parts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub export_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub run_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub nth: i64,
        pub content: Vec<u8>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
