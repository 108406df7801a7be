//! Where somebody lands who has left an organisation.

use askama::Template;

use crate::web::context::texts;
use crate::web::page::Page;
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/left.html")]
pub(super) struct LeftPage {
    t: Texts,
}

pub(super) async fn show() -> Page<LeftPage> {
    Page(LeftPage { t: texts() })
}
