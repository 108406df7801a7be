//! How organisations look.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::Tx;
use super::error::{translate, unreadable};
use super::rows::brand::{ActiveModel, Column, Entity};
use crate::domain::Error;
use crate::domain::brand::{Brand, Colour, Logo, MediaType, Support};
use crate::domain::id::OrgId;

/// What is kept of a look without the picture, which is large.
const LIGHT: [Column; 8] = [
    Column::Version,
    Column::Accent,
    Column::Support,
    Column::LogoType,
    Column::LogoWidth,
    Column::LogoHeight,
    Column::LogoBytes,
    Column::LogoSha256,
];

type Row = (i64, Option<String>, Option<String>, Option<String>, Option<i64>, Option<i64>, Option<i64>, Option<String>);

/// The look of an organisation; that of one which never chose any is plain.
pub async fn find(db: &impl ConnectionTrait, org: OrgId) -> Result<Brand, Error> {
    let row = Entity::find_by_id(org.uuid()).select_only().columns(LIGHT).into_tuple::<Row>();
    row.one(db).await.map_err(translate)?.map_or_else(|| Ok(Brand::default()), brand)
}

/// The picture of the logo of this version.
pub async fn find_picture(db: &impl ConnectionTrait, org: OrgId, version: i64) -> Result<Option<Vec<u8>>, Error> {
    let row = Entity::find_by_id(org.uuid()).filter(Column::Version.eq(version)).select_only().column(Column::Picture);
    Ok(row.into_tuple::<Option<Vec<u8>>>().one(db).await.map_err(translate)?.flatten())
}

/// Stores a look; the picture stays as it is.
pub async fn set(tx: &Tx, brand: &Brand) -> Result<(), Error> {
    let logo = brand.logo.as_ref();
    let row = ActiveModel {
        org_id: ActiveValue::Set(tx.org.uuid()),
        version: ActiveValue::Set(brand.version),
        accent: ActiveValue::Set(brand.accent.map(|it| it.to_string())),
        support: ActiveValue::Set(brand.support.as_ref().map(ToString::to_string)),
        logo_type: ActiveValue::Set(logo.map(|it| it.media_type.name().to_owned())),
        logo_width: ActiveValue::Set(logo.map(|it| it.width.into())),
        logo_height: ActiveValue::Set(logo.map(|it| it.height.into())),
        logo_bytes: ActiveValue::Set(logo.map(|it| i64::from(it.bytes))),
        logo_sha256: ActiveValue::Set(logo.map(|it| it.sha256.clone())),
        picture: ActiveValue::NotSet,
    };
    let anew = OnConflict::column(Column::OrgId).update_columns(LIGHT).to_owned();
    Entity::insert(row).on_conflict(anew).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores the picture of a look that is stored, or takes it away.
pub async fn set_picture(tx: &Tx, content: Option<Vec<u8>>) -> Result<(), Error> {
    let change = Entity::update_many().col_expr(Column::Picture, Expr::value(content));
    change.filter(Column::OrgId.eq(tx.org.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

fn brand((version, accent, support, media_type, width, height, bytes, sha256): Row) -> Result<Brand, Error> {
    let logo = match (media_type, width.zip(height), bytes.zip(sha256)) {
        (Some(media_type), Some((width, height)), Some((bytes, sha256))) => Some(Logo {
            media_type: MediaType::named(&media_type).ok_or_else(|| unreadable("brands.logo_type"))?,
            width: number(width)?,
            height: number(height)?,
            bytes: number(bytes)?,
            sha256,
        }),
        (_, _, _) => None,
    };
    let accent = accent.map(|it| Colour::read(&it)).transpose().map_err(|_| unreadable("brands.accent"))?;
    let support = support.map(|it| Support::read(&it)).transpose().map_err(|_| unreadable("brands.support"))?;
    Ok(Brand { version, accent, logo, support })
}

fn number(stored: i64) -> Result<u32, Error> {
    u32::try_from(stored).map_err(|_| unreadable("a size in brands"))
}
