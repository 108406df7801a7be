//! What a connection turns into what, a line for each thing of the provider's.

use super::super::operator::Operator;
use super::super::output::{Output, Record};
use super::Which;
use crate::app::connections::{self, Mappings};
use crate::app::groups::Entry;
use crate::domain::Error;
use crate::domain::role::RoleKey;

pub(super) async fn run(Operator { app, actor }: &Operator, which: &Which) -> Result<Output, Error> {
    let found = connections::mappings(app, actor, which.id).await?;
    Ok(Output::many(&["kind", "from", "to", "people", "is_within_ceiling"], records(&found)))
}

fn records(of: &Mappings) -> Vec<Record> {
    let attributes = of.attributes.iter().map(|it| {
        line("attribute", it.scim.join(", "), it.field.word())
            .with("first_sign_in", it.sign_in.to_vec())
            .with("kept_by", it.keeper.word())
    });
    let roles = of.roles.iter().map(|it| {
        line("role", format!("{}, {}", it.key, it.label), it.key.as_str())
            .with("people", it.by_roles.saturating_add(it.by_entitlements).saturating_add(it.by_attribute))
            .with("by_roles", it.by_roles)
            .with("by_entitlements", it.by_entitlements)
            .with("by_attribute", it.by_attribute)
            .with("is_within_ceiling", it.is_within)
            .with("is_default", it.is_default)
    });
    let words = of.unmatched.iter().map(|it| {
        Record::new()
            .with("kind", "word")
            .with("from", format!("{}: {}", it.attribute, it.word))
            .with("to", None::<String>)
            .with("people", it.people)
    });
    let groups = of.mapped.iter().chain(&of.unmapped).map(group);
    let awaited = of.awaited.iter().map(|(name, role)| line("awaited_group", name.clone(), role.as_str()));
    attributes.chain(roles).chain(words).chain(groups).chain(awaited).collect()
}

fn line(kind: &'static str, from: String, to: &str) -> Record {
    Record::new().with("kind", kind).with("from", from).with("to", to)
}

fn group(it: &Entry) -> Record {
    let roles: Vec<&str> = it.roles.iter().map(RoleKey::as_str).collect();
    Record::new()
        .with("kind", "group")
        .with("from", it.group.display_name.as_str())
        .with("to", Some(roles.join(", ")).filter(|it| !it.is_empty()))
        .with("people", it.size.counted)
        .with("group_id", it.group.id.to_string())
}
