//! Reviews of what people hold: what each is about, what was decided, what became of it, and those that begin by themselves.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, REVIEWS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Terms and facts are read and written whole and never searched for, so each is one text.
const REVIEWS: &str = "
CREATE TABLE reviews (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    schedule_id {uuid} NULL,
    name {text} NOT NULL,
    terms {text} NOT NULL,
    state {text} NOT NULL,
    population BIGINT NOT NULL,
    digest {text} NOT NULL,
    warnings {text} NOT NULL,
    created_at BIGINT NOT NULL,
    opened_at BIGINT NULL,
    due_at BIGINT NULL,
    closed_at BIGINT NULL,
    reminders BIGINT NOT NULL,
    silence_by_id {uuid} NULL,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE INDEX reviews_state ON reviews (state, due_at);
CREATE TABLE review_items (
    org_id {uuid} NOT NULL,
    review_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    holder_kind {text} NOT NULL,
    holder_id {uuid} NOT NULL,
    holder_name {text} NOT NULL,
    user_name {text} NOT NULL,
    held {text} NOT NULL,
    held_name {text} NOT NULL,
    via {text} NOT NULL,
    is_of_provider {bool} NOT NULL,
    facts {text} NOT NULL,
    reviewer_id {uuid} NULL,
    decision {text} NULL,
    lower_role {text} NULL,
    comment {text} NULL,
    decider_id {uuid} NULL,
    decided_at BIGINT NULL,
    is_submitted {bool} NOT NULL,
    outcome {text} NULL,
    why {text} NULL,
    ended_at BIGINT NULL,
    PRIMARY KEY (org_id, review_id, id)
) {rows_only};
CREATE INDEX review_items_reviewer ON review_items (org_id, reviewer_id, review_id, id);
CREATE INDEX review_items_holder ON review_items (org_id, holder_id);
CREATE INDEX review_items_handed_over ON review_items (org_id, review_id, id) WHERE outcome = 'handed_over';
CREATE TABLE review_schedules (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    terms {text} NOT NULL,
    every {text} NOT NULL,
    next_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    set_by_id {uuid} NULL,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE INDEX review_schedules_next ON review_schedules (next_at);
CREATE TABLE review_nudges (
    org_id {uuid} NOT NULL,
    quarter {text} NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (org_id)
) {rows_only};
";
