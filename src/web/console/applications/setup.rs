//! How products are set up for an application: their own settings, with what is known here filled in.
//!
//! **Invariant:** there is no secret in it, only the word that stands for it.

use crate::app::App;
use crate::app::clients::AuthMethod;
use crate::domain::role::RoleModel;
use crate::oidc::client::Registration;
use crate::oidc::discovery::{AUTHORIZE, JWKS, LOGOUT, TOKEN, USERINFO};
use crate::oidc::jwt::Algorithm;
use crate::oidc::resource;
use crate::oidc::scope::{Scope, Scopes};
use crate::web::texts::Texts;

/// What products ask for, of what an application may ask for.
const USUAL: [Scope; 3] = [Scope::OpenId, Scope::Profile, Scope::Email];
/// What stands for the host of an application.
const HOST: &str = "https://YOUR-HOST";

/// A product that people can be signed in to.
pub(super) struct Product {
    /// A word for it.
    pub(super) id: &'static str,
    /// What it calls itself; nothing for every other one.
    name: Option<&'static str>,
    /// Its settings, with words in braces for what is filled in, and lines that are there for some applications only.
    settings: &'static str,
    /// The path to which it has the browser come back, where it chooses that itself.
    comes_back_to: Option<&'static str>,
    /// How it can prove itself.
    proves_by: &'static [AuthMethod],
}

const ANYHOW: &[AuthMethod] = &AuthMethod::ALL;
const BY_SECRET: &[AuthMethod] = &[AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost];
const WITHOUT_KEY: &[AuthMethod] = &[AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::None];

/// Every product, in the order in which they are shown.
pub(super) const PRODUCTS: [Product; 11] = [
    Product {
        id: "generic",
        name: None,
        settings: include_str!("../../templates/console/applications/setup/generic.txt"),
        comes_back_to: None,
        proves_by: ANYHOW,
    },
    Product {
        id: "apache",
        name: Some("Apache (mod_auth_openidc)"),
        settings: include_str!("../../templates/console/applications/setup/apache.txt"),
        comes_back_to: None,
        proves_by: ANYHOW,
    },
    Product {
        id: "oauth2-proxy",
        name: Some("oauth2-proxy"),
        settings: include_str!("../../templates/console/applications/setup/oauth2-proxy.txt"),
        comes_back_to: Some("/oauth2/callback"),
        proves_by: BY_SECRET,
    },
    Product {
        id: "openid-client",
        name: Some("openid-client (Node.js)"),
        settings: include_str!("../../templates/console/applications/setup/openid-client.txt"),
        comes_back_to: None,
        proves_by: ANYHOW,
    },
    Product {
        id: "authjs",
        name: Some("Auth.js"),
        settings: include_str!("../../templates/console/applications/setup/authjs.txt"),
        comes_back_to: Some("/api/auth/callback/doorward"),
        proves_by: WITHOUT_KEY,
    },
    Product {
        id: "authlib",
        name: Some("Authlib (Python)"),
        settings: include_str!("../../templates/console/applications/setup/authlib.txt"),
        comes_back_to: None,
        proves_by: WITHOUT_KEY,
    },
    Product {
        id: "spring-boot",
        name: Some("Spring Boot"),
        settings: include_str!("../../templates/console/applications/setup/spring-boot.txt"),
        comes_back_to: Some("/login/oauth2/code/doorward"),
        proves_by: WITHOUT_KEY,
    },
    Product {
        id: "aspnet",
        name: Some("ASP.NET Core"),
        settings: include_str!("../../templates/console/applications/setup/aspnet.txt"),
        comes_back_to: Some("/signin-oidc"),
        // It sends the secret in the body, and cannot be told otherwise.
        proves_by: &[AuthMethod::ClientSecretPost, AuthMethod::None],
    },
    Product {
        id: "grafana",
        name: Some("Grafana"),
        settings: include_str!("../../templates/console/applications/setup/grafana.txt"),
        comes_back_to: Some("/login/generic_oauth"),
        proves_by: BY_SECRET,
    },
    Product {
        id: "jupyterhub",
        name: Some("JupyterHub"),
        settings: include_str!("../../templates/console/applications/setup/jupyterhub.txt"),
        comes_back_to: Some("/hub/oauth_callback"),
        proves_by: BY_SECRET,
    },
    Product {
        id: "pgadmin",
        name: Some("pgAdmin 4"),
        settings: include_str!("../../templates/console/applications/setup/pgadmin.txt"),
        comes_back_to: Some("/oauth2/authorize"),
        proves_by: &[AuthMethod::ClientSecretBasic],
    },
];

/// A product as the page shows it.
pub(super) struct Shown {
    pub(super) id: &'static str,
    pub(super) name: String,
    /// The settings, ready to be copied.
    pub(super) text: String,
    /// Where it has the browser come back to.
    pub(super) redirect: Option<String>,
    /// Why it cannot be this application.
    pub(super) misfit: Option<String>,
}

/// Every product, set up for this application.
pub(super) fn all(app: &App, model: &RoleModel, t: Texts, it: &Registration) -> Vec<Shown> {
    let products = PRODUCTS.iter().map(|product| product.show(app, model, t, it));
    products.chain(it.resource.as_deref().map(|resource| resource_server(app, t, it, resource))).collect()
}

/// What the application says of itself where it is a resource server.
fn resource_server(app: &App, t: Texts, it: &Registration, identifier: &str) -> Shown {
    let at = resource::metadata_url(identifier);
    let metadata = resource::metadata(&app.config.public_url, identifier, &it.name, &[]);
    Shown {
        id: "protected-resource",
        name: "Protected resource metadata (RFC 9728)".to_owned(),
        text: serde_json::to_string_pretty(&metadata).unwrap_or_default(),
        redirect: Some(at.map_or_else(|| t.say("app-metadata-nowhere"), |at| t.name("app-metadata-at", &at))),
        misfit: None,
    }
}

impl Product {
    fn show(&self, app: &App, model: &RoleModel, t: Texts, it: &Registration) -> Shown {
        let redirect = self.redirect(it);
        let misfit = match (self.proves_by.contains(&it.auth_method), self.proves_by) {
            (true, _) => None,
            (false, [AuthMethod::ClientSecretBasic]) => Some(t.say("app-misfit-basic")),
            (false, [AuthMethod::ClientSecretPost, ..]) => Some(t.say("app-misfit-post")),
            (false, _) => Some(t.say("app-misfit")),
        };
        Shown {
            id: self.id,
            name: self.name.map_or_else(|| t.say("app-any-product"), str::to_owned),
            text: filled(&lines_for(self.settings, it), &words(app, model, it, &redirect)),
            redirect: self.comes_back_to.map(|_| t.name("app-setup-redirect", &redirect)),
            misfit,
        }
    }

    /// The redirect URI that the product uses: a registered one, where one fits.
    fn redirect(&self, it: &Registration) -> String {
        let fits = |uri: &&String| self.comes_back_to.is_none_or(|path| uri.ends_with(path));
        let unknown = || format!("{HOST}{}", self.comes_back_to.unwrap_or("/callback"));
        it.redirect_uris.iter().find(fits).cloned().unwrap_or_else(unknown)
    }
}

/// The settings without the lines that are for other applications: `?secret`, `?key` and `?other-alg` stand before those that
/// are for some only.
fn lines_for(settings: &str, it: &Registration) -> String {
    let wanted = |line: &str| match line.strip_prefix('?').and_then(|rest| rest.split_once(' ')) {
        Some(("secret", rest)) => it.auth_method.has_secret().then(|| rest.to_owned()),
        Some(("key", rest)) => (it.auth_method == AuthMethod::PrivateKeyJwt).then(|| rest.to_owned()),
        Some(("other-alg", rest)) => (it.id_token_alg != Algorithm::Rs256).then(|| rest.to_owned()),
        Some(_) | None => Some(line.to_owned()),
    };
    settings.lines().filter_map(wanted).collect::<Vec<_>>().join("\n")
}

fn words(app: &App, model: &RoleModel, it: &Registration, redirect: &str) -> Vec<(&'static str, String)> {
    let usual: Scopes = USUAL.into_iter().filter(|scope| it.scopes.has(*scope)).collect();
    let with_roles: Scopes =
        usual.iter().chain([Scope::Roles].into_iter().filter(|it_is| it.scopes.has(*it_is))).collect();
    let is_basic = it.auth_method == AuthMethod::ClientSecretBasic;
    let top = model.roles().iter().max_by_key(|role| role.rank).map(|role| role.key.to_string());
    let node = match it.auth_method {
        AuthMethod::ClientSecretBasic => "client.ClientSecretBasic(process.env.DOORWARD_CLIENT_SECRET)",
        AuthMethod::ClientSecretPost => "client.ClientSecretPost(process.env.DOORWARD_CLIENT_SECRET)",
        AuthMethod::PrivateKeyJwt => "client.PrivateKeyJwt({ key: privateKey, kid: \"YOUR_KEY_ID\" })",
        AuthMethod::None => "client.None()",
    };
    vec![
        ("issuer", app.config.public_url.clone()),
        ("client_id", it.client_id.clone()),
        ("method", it.auth_method.as_str().to_owned()),
        ("alg", it.id_token_alg.as_str().to_owned()),
        ("redirect", redirect.to_owned()),
        ("scopes_with_commas", usual.to_string().replace(' ', ",")),
        ("scopes_and_roles", with_roles.to_string()),
        ("scopes", usual.to_string()),
        ("authorize", app.config.url(AUTHORIZE)),
        ("token", app.config.url(TOKEN)),
        ("userinfo", app.config.url(USERINFO)),
        ("jwks", app.config.url(JWKS)),
        ("logout", app.config.url(LOGOUT)),
        ("node_auth", node.to_owned()),
        ("grafana_style", if is_basic { "InHeader" } else { "InParams" }.to_owned()),
        ("jupyter_basic", if is_basic { "True" } else { "False" }.to_owned()),
        ("top_role", top.unwrap_or_default()),
    ]
}

fn filled(settings: &str, words: &[(&str, String)]) -> String {
    words.iter().fold(settings.to_owned(), |text, (word, value)| text.replace(&format!("{{{{{word}}}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_for_others_are_left_out_and_words_are_filled_in() {
        let registration = |method: AuthMethod| Registration {
            client_id: "c".to_owned(),
            name: "Wiki".to_owned(),
            auth_method: method,
            jwks: None,
            redirect_uris: vec!["https://wiki.example/signin-oidc".to_owned()],
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            frontchannel_logout_uri: None,
            frontchannel_logout_session_required: false,
            scopes: USUAL.into_iter().collect(),
            first_party: true,
            require_mfa: false,
            profile: crate::oidc::client::Profile::Standard,
            id_token_alg: Algorithm::Es256,
            access_token_format: crate::oidc::client::AccessTokenFormat::Opaque,
            require_pushed_authorization_requests: false,
            dpop_bound_access_tokens: false,
            device_grant: false,
            resource: None,
            audiences: Vec::new(),
            pairwise: false,
            claims: Default::default(),
            initiate_login_uri: None,
            lifetimes: crate::oidc::lifetimes::Lifetimes::default(),
            reach: crate::oidc::reach::Reach::default(),
        };
        let settings = "a {{x}}\n?secret s\n?key k\n?other-alg o\n";

        let (secret, public) = (registration(AuthMethod::ClientSecretPost), registration(AuthMethod::None));

        assert_eq!(filled(&lines_for(settings, &secret), &[("x", "1".to_owned())]), "a 1\ns\no");
        assert_eq!(lines_for(settings, &public), "a {{x}}\no");
        let product = |id: &str| PRODUCTS.iter().find(|it| it.id == id).unwrap();
        assert_eq!(product("aspnet").redirect(&secret), "https://wiki.example/signin-oidc");
        assert_eq!(product("grafana").redirect(&secret), "https://YOUR-HOST/login/generic_oauth");
        assert_eq!(product("generic").redirect(&secret), "https://wiki.example/signin-oidc");
    }
}
