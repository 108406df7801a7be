//! Reviews of what people hold.

pub(in crate::store) mod review {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reviews")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub schedule_id: Option<Uuid>,
        pub name: String,
        pub terms: String,
        pub state: String,
        pub population: i64,
        pub digest: String,
        pub warnings: String,
        pub created_at: i64,
        pub opened_at: Option<i64>,
        pub due_at: Option<i64>,
        pub closed_at: Option<i64>,
        pub reminders: i64,
        pub silence_by_id: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod review_item {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_items")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub review_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub holder_kind: String,
        pub holder_id: Uuid,
        pub holder_name: String,
        pub user_name: String,
        pub held: String,
        pub held_name: String,
        pub via: String,
        pub is_of_provider: bool,
        pub facts: String,
        pub reviewer_id: Option<Uuid>,
        pub decision: Option<String>,
        pub lower_role: Option<String>,
        pub comment: Option<String>,
        pub decider_id: Option<Uuid>,
        pub decided_at: Option<i64>,
        pub is_submitted: bool,
        pub outcome: Option<String>,
        pub why: Option<String>,
        pub ended_at: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod review_schedule {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_schedules")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub terms: String,
        pub every: String,
        pub next_at: i64,
        pub created_at: i64,
        pub updated_at: i64,
        pub set_by_id: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::store) mod review_nudge {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_nudges")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        pub quarter: String,
        pub at: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
