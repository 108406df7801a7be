//! Tokens with which people call the API.
//!
//! **Invariant:** the secret of a token is answered once, when it is made; what is kept is its hash.
//! **Invariant:** a token counts only while its owner and the organisation do, asked of the database on every use.

use std::time::Duration;

use crate::app::mail::{self, Letter, Whence};
use crate::app::users::{self, Person};
use crate::app::{App, profile};
use crate::domain::id::PersonalTokenId;
use crate::domain::policy::{Action, Actor};
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::text::check_name;
use crate::domain::{Error, Flaw};
use crate::store::personal_tokens;

pub use crate::domain::personal_token::{LIFETIME, LIFETIME_MAX, PersonalToken, Scope};

/// What a role must allow before its holder may make tokens.
pub const PERMISSION: &str = "tokens.personal:create";

const NAME_MAX: usize = 100;
/// So many characters of a token are kept for its owner to know it by.
const HINT_CHARACTERS: usize = 12;
/// How exactly the last use of a token is known.
const LAST_USE: Duration = Duration::from_mins(1);

/// What a new token is to be.
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// How long it works.
    pub lifetime: Duration,
}

impl NewToken {
    /// What holds of every token, whoever it speaks for.
    pub(crate) fn check(&self) -> Result<(), Error> {
        check_name("name", &self.name, NAME_MAX)?;
        if self.scopes.is_empty() {
            return Err(Error::invalid("scopes", Flaw::NoScopes));
        }
        if self.lifetime.is_zero() || self.lifetime > LIFETIME_MAX {
            return Err(Error::invalid("expires_in_days", Flaw::Lifetime { from: 1, to: 365 }));
        }
        Ok(())
    }
}

/// Makes a token for the person who asks; the answer is the only time that it is seen.
pub async fn create(
    app: &App,
    actor: &Actor,
    of: &Person,
    new: NewToken,
    whence: Whence,
) -> Result<(PersonalToken, Secret<String>), Error> {
    new.check()?;
    let secret = TokenKind::Personal.generate();
    let tx = app.begin_shared(of.user.org).await?;
    let owner = users::load(&tx, of.user.id).await?;
    let token = PersonalToken {
        id: PersonalTokenId::new(),
        org: owner.user.org,
        user: owner.user.id,
        name: new.name,
        hint: secret.reveal().chars().take(HINT_CHARACTERS).collect(),
        scopes: new.scopes,
        created_at: tx.now,
        expires_at: tx.now.after(new.lifetime),
        last_used_at: None,
    };
    let scopes = token.scopes.iter().map(|scope| scope.word()).collect();
    let action = Action::CreatePersonalToken { token: token.id, scopes };
    let (tx, permit) = app.ask(tx, actor, action, owner.target()).await?;
    personal_tokens::insert(&tx, &token, &TokenHash::of(secret.reveal()), &owner.user).await?;
    let letter = Letter::PersonalToken { name: token.name.clone() };
    mail::queue_done(app, &tx, &owner.user, letter, whence).await?;
    tx.commit(permit).await?;
    Ok((token, secret))
}

/// The tokens of a person, newest first, without those that have ended.
pub async fn list(app: &App, of: &Person) -> Result<Vec<PersonalToken>, Error> {
    let now = app.now();
    let mut mine = personal_tokens::list(app.store.reader(), of.user.org, of.user.id).await?;
    mine.retain(|token| token.expires_at > now);
    Ok(mine)
}

/// Ends a token of the person who asks.
pub async fn revoke(app: &App, actor: &Actor, of: &Person, id: PersonalTokenId) -> Result<(), Error> {
    let tx = app.begin_shared(of.user.org).await?;
    let action = Action::RevokePersonalToken { token: id };
    let (tx, permit) = app.ask(tx, actor, action, of.target()).await?;
    if !personal_tokens::delete(&tx, of.user.id, id).await? {
        return Err(Error::NotFound("token"));
    }
    tx.commit(permit).await
}

/// True when the role of this person allows tokens.
pub async fn may_create(app: &App, person: &Person) -> Result<bool, Error> {
    profile::allows(app, person, PERMISSION).await
}

/// The live token that was presented, with its owner.
pub(crate) async fn find(app: &App, token: &str) -> Result<Option<(PersonalToken, Person)>, Error> {
    if !token.starts_with(TokenKind::Personal.prefix()) {
        return Ok(None);
    }
    let now = app.now();
    let Some((found, owner)) = personal_tokens::find_live(app.store.reader(), &TokenHash::of(token), now).await? else {
        return Ok(None);
    };
    if found.last_used_at.is_none_or(|at| now.since(at) >= LAST_USE) {
        app.store.personal_token_used(&found, now).await?;
    }
    Ok(Some((found, users::person(app, owner).await?)))
}
