//! Rows of what lets somebody in, and of what it opens.

pub(in crate::store) mod attempt {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "attempts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub token_hash: Vec<u8>,
        pub state: String,
        pub expires_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod password {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "passwords")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub phc: String,
        pub must_change: bool,
        pub expires_at: Option<i64>,
        pub set_at: i64,
        pub spent_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod earlier_password {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "earlier_passwords")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub phc: String,
        pub set_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod factor {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "factors")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub kind: String,
        pub sealed: Vec<u8>,
        pub last_step: i64,
        pub created_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod passkey {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "passkeys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub name: String,
        pub credential_hash: Vec<u8>,
        pub credential: String,
        pub version: i64,
        pub created_at: i64,
        pub last_used_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod recovery_code {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub place: i64,
        pub phc: String,
        pub used_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod mfa_deadline {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mfa_deadlines")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub began_at: i64,
        pub ends_at: i64,
        pub is_over: bool,
        pub next_letter_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod link_token {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "link_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub purpose: String,
        pub token_hash: Vec<u8>,
        pub user_epoch: i64,
        pub expires_at: i64,
        pub address: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod personal_token {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "personal_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub name: String,
        pub token_hash: Vec<u8>,
        pub hint: String,
        pub scopes: String,
        pub user_epoch: i64,
        pub org_epoch: i64,
        pub created_at: i64,
        pub expires_at: i64,
        pub last_used_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod session {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub token_hash: Vec<u8>,
        pub user_epoch: i64,
        pub org_epoch: i64,
        pub amr: String,
        pub auth_time: i64,
        pub created_at: i64,
        pub last_seen_at: i64,
        pub expires_at: i64,
        pub ip: String,
        pub user_agent: String,
        pub connection_id: Option<Uuid>,
        pub issuer: Option<String>,
        pub upstream_sid: Option<String>,
        pub upstream_ends_at: Option<i64>,
        pub device: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod sign_in_try {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_tries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub at: i64,
        pub method: String,
        pub factor: Option<String>,
        pub ip: String,
        pub user_agent: String,
        pub client: Option<String>,
        pub failure: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod client {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "clients")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub registration: String,
        pub secret_hash: Option<Vec<u8>>,
        pub status: String,
        pub epoch: i64,
        pub created_at: i64,
        pub updated_at: i64,
        pub events_uri: Option<String>,
        pub earlier_secret_hash: Option<Vec<u8>>,
        pub earlier_secret_until: Option<i64>,
        pub registration_token_hash: Option<Vec<u8>>,
        pub met_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod consent {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "consents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: Uuid,
        pub scopes: String,
        pub given_at: i64,
        pub resources: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod family {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "families")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub client_id: Uuid,
        pub session_id: Uuid,
        pub user_epoch: i64,
        pub org_epoch: i64,
        pub client_epoch: i64,
        pub scopes: String,
        pub facts: String,
        pub created_at: i64,
        pub expires_at: i64,
        pub revoked_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod issued {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "issued")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub family_id: Uuid,
        pub kind: String,
        pub token_hash: Vec<u8>,
        pub scopes: String,
        pub detail: String,
        pub created_at: i64,
        pub expires_at: i64,
        pub used_at: Option<i64>,
        pub jkt: Option<String>,
        pub audience: String,
        pub handed_to: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod pushed_request {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "pushed_requests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub client_id: Uuid,
        pub handle_hash: Vec<u8>,
        pub request: String,
        pub expires_at: i64,
        pub used_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod device_request {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "device_requests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub client_id: Uuid,
        pub device_hash: Vec<u8>,
        pub user_hash: Vec<u8>,
        pub request: String,
        pub interval_seconds: i64,
        pub polled_at: Option<i64>,
        pub expires_at: i64,
        pub allowed_at: Option<i64>,
        pub refused_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod stream {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "streams")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub client_id: Uuid,
        pub settings: String,
        pub authorization_sealed: Option<Vec<u8>>,
        pub status: String,
        pub reason: Option<String>,
        pub verified_at: Option<i64>,
        pub created_at: i64,
        pub updated_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod signal {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub client_id: Uuid,
        pub stream_id: Option<Uuid>,
        pub user_id: Option<Uuid>,
        pub kind: String,
        pub content: String,
        pub at: i64,
        pub state: String,
        pub tries: i64,
        pub ended_at: Option<i64>,
        pub failure: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod client_access {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "client_access")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub client_id: Uuid,
        pub client_epoch: i64,
        pub scopes: String,
        pub token_hash: Vec<u8>,
        pub created_at: i64,
        pub expires_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
