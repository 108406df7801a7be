//! That a letter could not be delivered, in words. What the mail server said stands in it as a quotation.

use crate::domain::undelivered::{GivenUp, Undelivered};
use crate::web::texts::{Part, Texts};

/// The sentence for somebody who may do something about it.
pub(super) fn sentence(t: Texts, it: &Undelivered) -> String {
    let (address, moment) = (it.address.as_str(), t.moment(&it.at));
    let why = match (it.why, &it.said) {
        (GivenUp::Refused, None) => "undelivered-refused",
        (GivenUp::Refused, Some(_)) => "undelivered-refused-saying",
        (GivenUp::NeverLeft, None) => "undelivered-never-left",
        (GivenUp::NeverLeft, Some(_)) => "undelivered-never-left-saying",
    };
    let said = it.said.as_deref().unwrap_or_default();
    t.with(why, &[("address", Part::Name(address)), ("moment", Part::Words(&moment)), ("said", Part::Name(said))])
}
