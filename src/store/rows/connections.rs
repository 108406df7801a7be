//! Rows of the connections to identity providers.

pub(in crate::store) mod connection {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "connections")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub name: String,
        pub status: String,
        pub settings: String,
        pub client_secret_sealed: Option<Vec<u8>>,
        pub created_at: i64,
        pub updated_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod connection_token {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "connection_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub connection_id: Uuid,
        pub token_hash: Vec<u8>,
        pub hint: String,
        pub created_at: i64,
        pub expires_at: i64,
        pub last_used_at: Option<i64>,
        pub warn_at: Option<i64>,
        pub scopes: Option<String>,
        pub attributes: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod connection_client {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "connection_clients")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub connection_id: Uuid,
        pub name: String,
        pub secret_hash: Option<Vec<u8>>,
        pub jwks: Option<String>,
        pub created_at: i64,
        pub last_used_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod connection_access {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "connection_access")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub client_id: Uuid,
        pub token_hash: Vec<u8>,
        pub created_at: i64,
        pub expires_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod spent_assertion {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "spent_assertions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub jti_hash: Vec<u8>,
        pub ends_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod connection_pulse {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "connection_pulses")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub connection_id: Uuid,
        pub heard_at: Option<i64>,
        pub succeeded_at: Option<i64>,
        pub silent_since: Option<i64>,
        pub look_at: Option<i64>,
        pub outside_at: Option<i64>,
        pub outside_address: Option<String>,
        pub remind_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod own_domain {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "own_domains")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub domain: String,
        pub challenge: String,
        pub proven_at: Option<i64>,
        pub missing_since: Option<i64>,
        pub checked_at: Option<i64>,
        pub next_check_at: i64,
        pub created_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod connection_domain {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "connection_domains")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub domain: String,
        pub connection_id: Uuid,
        pub claimed_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod identity {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "identities")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub connection_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub issuer: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject: String,
        pub user_id: Uuid,
        pub linked_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod sign_in_refusal {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_refusals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub reference: String,
        pub at: i64,
        pub connection_id: Uuid,
        pub connection_name: String,
        pub failed: String,
        pub reason: String,
        pub user_id: Option<Uuid>,
        pub claims_sealed: Option<Vec<u8>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod provisioning_call {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "provisioning_calls")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub connection_id: Uuid,
        pub at: i64,
        pub took_us: i64,
        pub method: String,
        pub path: String,
        pub status: i32,
        pub came_to: String,
        pub about_id: Option<Uuid>,
        pub said_sealed: Vec<u8>,
        pub ends_at: i64,
        pub times: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod deprovisioning {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deprovisionings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub connection_id: Uuid,
        pub user_id: Uuid,
        pub way: String,
        pub state: String,
        pub at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod linking {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "linkings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub connection_id: Uuid,
        pub user_id: Uuid,
        pub state: String,
        pub claim_key: Vec<u8>,
        pub claim_sealed: Vec<u8>,
        pub times: i64,
        pub first_at: i64,
        pub last_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod held_member {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "held_members")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub group_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub value: String,
        pub since: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod mapping_intent {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mapping_intents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub connection_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub group_key: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub role: String,
        pub created_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod setup_link {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "setup_links")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub connection_id: Uuid,
        pub token_hash: Vec<u8>,
        pub maker_id: Option<Uuid>,
        pub maker_epoch: Option<i64>,
        pub created_at: i64,
        pub expires_at: i64,
        pub token_id: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod kept_request {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "kept_requests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub connection_id: Uuid,
        pub place: i64,
        pub asked_sealed: Vec<u8>,
        pub bytes: i64,
        pub run_id: Option<Uuid>,
        pub tries: i64,
        pub next_at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod kept_operation {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "kept_operations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub operation: i64,
        pub resource_id: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
