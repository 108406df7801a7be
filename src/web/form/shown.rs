//! What a form showed when it was opened, which comes back with it, so that only what the person changed is changed.
//!
//! **Invariant:** a field that the person left alone stays what it is now, whoever has changed it meanwhile.
//! **Invariant:** a field that two people changed to different ends is not decided by who was later without knowing: the
//! form is shown again, and says what stands there now.

use std::collections::BTreeSet;

use url::form_urlencoded;

use super::Fields;

/// The field in which a form carries what it showed.
const CARRIER: &str = "shown";

/// A form that came back, laid over what it would show now.
#[derive(Debug, PartialEq, Eq)]
pub struct Merged {
    /// What the person changed, and for the rest what stands there now.
    pub fields: Fields,
    /// What somebody else has changed too, to something else.
    pub clashes: Vec<Clash>,
}

/// A field that was changed on both sides.
#[derive(Debug, PartialEq, Eq)]
pub struct Clash {
    /// The name of the field.
    pub field: String,
    /// What stands there now; nothing for a box that is not ticked.
    pub now: Option<String>,
}

impl Fields {
    /// The fields that a form would send as it is shown.
    pub fn shown<N: Into<String>, V: Into<String>>(fields: impl IntoIterator<Item = (N, V)>) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// These fields in one, for a form to carry along.
    pub fn carried(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// Lays what came back over what the form would show now. A form that does not say what it showed means every field.
    pub fn over(&self, now: &Self) -> Merged {
        let shown = self.get(CARRIER).and_then(|it| Self::parse(it.as_bytes()).ok());
        let Some(shown) = shown else { return Merged { fields: self.clone(), clashes: Vec::new() } };
        let (mut fields, mut clashes) = (Self::default(), Vec::new());
        let names: BTreeSet<&String> = [self, &shown, now].into_iter().flat_map(|it| it.0.keys()).collect();
        for name in names {
            let (typed, was, is) = (self.get(name), shown.get(name), now.get(name));
            let is_left = is_same(typed, was);
            if !is_left && !is_same(is, was) && !is_same(is, typed) {
                clashes.push(Clash { field: name.clone(), now: is.map(str::to_owned) });
            }
            if let Some(value) = if is_left { is } else { typed } {
                fields.0.insert(name.clone(), value.to_owned());
            }
        }
        Merged { fields, clashes }
    }
}

/// Compares two values as people see them: browsers send other line ends than we do, and nobody sees a space at the end.
fn is_same(one: Option<&str>, other: Option<&str>) -> bool {
    let seen = |it: &str| it.trim().replace("\r\n", "\n");
    one.map(seen) == other.map(seen)
}

#[cfg(test)]
mod tests {
    use super::{Clash, Fields};

    /// What comes of a form that showed this, was sent like this, and would show that now; in words for the table.
    fn merged(shown: &str, typed: &str, now: &str) -> (String, Vec<Clash>) {
        let fields = |text: &str| Fields::parse(text.as_bytes()).unwrap();
        let sent = fields(typed).0.into_iter().chain([("shown".to_owned(), shown.to_owned())]);
        let merged = Fields::shown(sent).over(&fields(now));
        let kept = merged.fields.0.into_iter().filter(|(name, _)| name != "shown");
        (Fields::shown(kept).carried(), merged.clashes)
    }

    #[test]
    fn what_only_one_side_changed_is_as_that_side_has_it() {
        let table = [
            // shown, typed, now, kept
            ("a=1&b=2", "a=1&b=2", "a=1&b=2", "a=1&b=2"),
            ("a=1&b=2", "a=9&b=2", "a=1&b=2", "a=9&b=2"),
            ("a=1&b=2", "a=1&b=2", "a=1&b=8", "a=1&b=8"),
            ("a=1&b=2", "a=9&b=2", "a=1&b=8", "a=9&b=8"),
            ("box=on", "", "box=on", ""),
            ("", "box=on", "", "box=on"),
            ("", "", "box=on", "box=on"),
            ("box=on", "box=on", "", ""),
            ("a=1", "a=9", "a=9", "a=9"),
            ("a=x%0Ay", "a=x%0D%0Ay+", "a=z", "a=z"),
            ("a=1", "a=9&csrf=t&step=save", "a=1", "a=9&csrf=t&step=save"),
        ];

        for (shown, typed, now, kept) in table {
            assert_eq!(merged(shown, typed, now), (kept.to_owned(), Vec::new()), "{shown} | {typed} | {now}");
        }
    }

    #[test]
    fn what_both_sides_changed_is_named_with_what_stands_there_now() {
        let clash = |now: Option<&str>| vec![Clash { field: "a".to_owned(), now: now.map(str::to_owned) }];

        assert_eq!(merged("a=1&b=2", "a=9&b=2", "a=5&b=8"), ("a=9&b=8".to_owned(), clash(Some("5"))));
        assert_eq!(merged("a=1", "a=9", ""), ("a=9".to_owned(), clash(None)));
    }

    #[test]
    fn a_form_that_does_not_say_what_it_showed_means_every_field() {
        let typed = Fields::parse(b"a=1").unwrap();

        let merged = typed.over(&Fields::parse(b"a=2&b=3").unwrap());

        assert_eq!((merged.fields, merged.clashes), (typed, Vec::new()));
    }
}
