//! The settings: flags, then `DOORWARD_*` variables, then `doorward.toml`, read once and checked at start.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Args;
use ipnet::IpNet;
use serde::Deserialize;
use url::Url;

use crate::domain::Error;
use crate::texts::Language;

const DNS_PORT: u16 = 53;

/// The settings as a person gives them; every one may be absent.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "DOORWARD_LISTEN", global = true, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// Address at which a monitoring system reads /metrics; without one it is answered nowhere
    #[arg(long, env = "DOORWARD_METRICS_LISTEN", global = true, value_name = "ADDRESS:PORT")]
    pub metrics_listen: Option<String>,
    /// URL under which browsers and applications reach this server; the issuer [default: http://LISTEN]
    #[arg(long, env = "DOORWARD_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// sqlite:PATH or postgres://… [default: SQLite in the data directory]
    #[arg(long, env = "DOORWARD_DATABASE_URL", global = true, hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Where the embedded database, the master key and mails go [default: ./doorward-data]
    #[arg(long, env = "DOORWARD_DATA_DIR", global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// File with the 32-byte master key in hex; made on the first start of an embedded instance
    #[arg(long, env = "DOORWARD_MASTER_KEY_FILE", global = true, value_name = "FILE")]
    pub master_key_file: Option<PathBuf>,
    /// smtp://, smtps:// or file:DIR [default: file: in the data directory]
    #[arg(long, env = "DOORWARD_MAIL_URL", global = true, hide_env_values = true, value_name = "URL")]
    pub mail_url: Option<String>,
    /// Address that mails come from [default: no-reply at the host of the public URL]
    #[arg(long, env = "DOORWARD_MAIL_FROM", global = true, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Address of whoever runs the instance, for alarms
    #[arg(long, env = "DOORWARD_OPERATOR_EMAIL", global = true, value_name = "ADDRESS")]
    pub operator_email: Option<String>,
    /// Language of letters and pages where no other is known or wished for: en or de [default: en]
    #[arg(long, env = "DOORWARD_LANGUAGE", global = true, value_name = "LANGUAGE")]
    pub language: Option<String>,
    /// What to log, such as info or doorward=debug [default: info]
    #[arg(long, env = "DOORWARD_LOG", global = true, value_name = "FILTER")]
    pub log: Option<String>,
    /// text or json [default: text]
    #[arg(long, env = "DOORWARD_LOG_FORMAT", global = true, value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// PEM file of further certificate authorities for outbound calls
    #[arg(long, env = "DOORWARD_EXTRA_CA_FILE", global = true, value_name = "FILE")]
    pub extra_ca_file: Option<PathBuf>,
    /// Private addresses or networks that outbound calls may reach, comma-separated
    #[arg(long, env = "DOORWARD_OUTBOUND_ALLOW", global = true, value_name = "NETWORKS")]
    pub outbound_allow: Option<String>,
    /// DNS servers that are asked whether a domain is an organisation's own, comma-separated [default: those of the system]
    #[arg(long, env = "DOORWARD_DNS_SERVERS", global = true, value_name = "ADDRESSES")]
    pub dns_servers: Option<String>,
    /// Proxies whose forwarded addresses are believed, comma-separated
    #[arg(long, env = "DOORWARD_TRUSTED_PROXIES", global = true, value_name = "NETWORKS")]
    pub trusted_proxies: Option<String>,
    /// Where Microsoft Entra ID issues tokens; another one in a national cloud [default: https://login.microsoftonline.com]
    #[arg(long, env = "DOORWARD_ENTRA_AUTHORITY", global = true, value_name = "URL")]
    pub entra_authority: Option<String>,
    /// Directory of the files into which the operator has audit logs written; without one there are none
    #[arg(long, env = "DOORWARD_AUDIT_DIR", global = true, value_name = "DIR")]
    pub audit_dir: Option<PathBuf>,
    /// Whether the operator may have audit logs written to the standard output of the server [default: false]
    #[arg(long, env = "DOORWARD_AUDIT_STDOUT", global = true, value_name = "TRUE|FALSE")]
    pub audit_stdout: Option<bool>,
    /// File with the operator API token
    #[arg(long, env = "DOORWARD_OPERATOR_TOKEN_FILE", global = true, value_name = "FILE")]
    pub operator_token_file: Option<PathBuf>,
    /// Whether applications may register themselves, each with a token of somebody who keeps the applications [default: false]
    #[arg(long, env = "DOORWARD_DYNAMIC_REGISTRATION", global = true, value_name = "TRUE|FALSE")]
    pub dynamic_registration: Option<bool>,
    /// Whether applications that nobody registered may be known by the address at which they are described [default: false]
    #[arg(long, env = "DOORWARD_CLIENT_ID_METADATA_DOCUMENTS", global = true, value_name = "TRUE|FALSE")]
    pub client_id_metadata_documents: Option<bool>,
}

/// The settings as the program uses them: complete and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Address at which a monitoring system reads the metrics.
    pub metrics_listen: Option<SocketAddr>,
    /// The issuer: the public URL without a trailing slash.
    pub public_url: String,
    /// The database.
    pub database_url: String,
    /// The data directory.
    pub data_dir: PathBuf,
    /// The file of the master key.
    pub master_key_file: PathBuf,
    /// Where mail goes.
    pub mail_url: String,
    /// Where mail comes from; without one the public URL says.
    pub mail_from: Option<String>,
    /// Where alarms of the instance go.
    pub operator_email: Option<String>,
    /// The language of letters to people of whom no other is known.
    pub language: Language,
    /// What to log.
    pub log: String,
    /// True for one JSON object a line.
    pub log_json: bool,
    /// Further certificate authorities.
    pub extra_ca_file: Option<PathBuf>,
    /// Private networks that outbound calls may reach.
    pub outbound_allow: Vec<IpNet>,
    /// The DNS servers that are asked; none for those of the system.
    pub dns_servers: Vec<SocketAddr>,
    /// Proxies that are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where Microsoft Entra ID issues tokens, without a trailing slash.
    pub entra_authority: String,
    /// The directory of the files into which audit logs are written.
    pub audit_dir: Option<PathBuf>,
    /// Whether audit logs may be written to the standard output.
    pub audit_stdout: bool,
    /// The file of the operator API token.
    pub operator_token_file: Option<PathBuf>,
    /// Whether applications may register themselves.
    pub dynamic_registration: bool,
    /// Whether applications may be known by the address at which they are described.
    pub client_id_metadata_documents: bool,
    /// The size of new RSA keys; no setting, smaller only where a test has no time for them.
    pub rsa_bits: u32,
}

impl Settings {
    /// Completes what flags and environment left open from `doorward.toml` in the working directory, then checks all.
    pub fn resolve(self) -> Result<Config, Error> {
        let file = Path::new("doorward.toml");
        let file = if file.exists() { Self::from_file(file)? } else { Self::default() };
        self.or(file).check()
    }

    /// Reads a settings file; an unknown key is an error that names it.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| Error::malformed(path.display().to_string(), format!("cannot be read: {cause}")))?;
        toml::from_str(&text).map_err(|cause| Error::malformed(path.display().to_string(), cause.message()))
    }

    fn or(self, other: Self) -> Self {
        Self {
            listen: self.listen.or(other.listen),
            metrics_listen: self.metrics_listen.or(other.metrics_listen),
            public_url: self.public_url.or(other.public_url),
            database_url: self.database_url.or(other.database_url),
            data_dir: self.data_dir.or(other.data_dir),
            master_key_file: self.master_key_file.or(other.master_key_file),
            mail_url: self.mail_url.or(other.mail_url),
            mail_from: self.mail_from.or(other.mail_from),
            operator_email: self.operator_email.or(other.operator_email),
            language: self.language.or(other.language),
            log: self.log.or(other.log),
            log_format: self.log_format.or(other.log_format),
            extra_ca_file: self.extra_ca_file.or(other.extra_ca_file),
            outbound_allow: self.outbound_allow.or(other.outbound_allow),
            dns_servers: self.dns_servers.or(other.dns_servers),
            trusted_proxies: self.trusted_proxies.or(other.trusted_proxies),
            entra_authority: self.entra_authority.or(other.entra_authority),
            audit_dir: self.audit_dir.or(other.audit_dir),
            audit_stdout: self.audit_stdout.or(other.audit_stdout),
            operator_token_file: self.operator_token_file.or(other.operator_token_file),
            dynamic_registration: self.dynamic_registration.or(other.dynamic_registration),
            client_id_metadata_documents: self.client_id_metadata_documents.or(other.client_id_metadata_documents),
        }
    }

    /// Checks the settings and fills in the defaults.
    pub fn check(self) -> Result<Config, Error> {
        let listen = self.listen.as_deref().unwrap_or("127.0.0.1:8080");
        let listen = place("listen", listen, "0.0.0.0:8080")?;
        let metrics_listen = self.metrics_listen.as_deref();
        let metrics_listen = metrics_listen.map(|it| place("metrics_listen", it, "127.0.0.1:9464")).transpose()?;
        let data_dir = self.data_dir.unwrap_or_else(|| PathBuf::from("doorward-data"));
        let in_data_dir = |name: &str| data_dir.join(name);
        let database = || format!("sqlite:{}", in_data_dir("doorward.db").display());
        Ok(Config {
            public_url: public_url(self.public_url, listen)?,
            database_url: database_url(self.database_url.unwrap_or_else(database))?,
            master_key_file: self.master_key_file.unwrap_or_else(|| in_data_dir("master.key")),
            mail_url: self.mail_url.unwrap_or_else(|| format!("file:{}", in_data_dir("mail").display())),
            mail_from: address("mail_from", self.mail_from)?,
            operator_email: address("operator_email", self.operator_email)?,
            language: language(self.language.as_deref())?,
            log: self.log.unwrap_or_else(|| "info".to_owned()),
            log_json: log_json(self.log_format.as_deref())?,
            extra_ca_file: self.extra_ca_file,
            outbound_allow: networks("outbound_allow", self.outbound_allow.as_deref())?,
            dns_servers: servers(self.dns_servers.as_deref())?,
            trusted_proxies: networks("trusted_proxies", self.trusted_proxies.as_deref())?,
            entra_authority: entra_authority(self.entra_authority.as_deref())?,
            audit_dir: self.audit_dir,
            audit_stdout: self.audit_stdout.unwrap_or(false),
            operator_token_file: self.operator_token_file,
            dynamic_registration: self.dynamic_registration.unwrap_or(false),
            client_id_metadata_documents: self.client_id_metadata_documents.unwrap_or(false),
            rsa_bits: 3072,
            listen,
            metrics_listen,
            data_dir,
        })
    }
}

impl Config {
    /// True when the database is the embedded one.
    pub fn is_embedded(&self) -> bool {
        self.database_url.starts_with("sqlite:")
    }

    /// Where the embedded database is to be, when it is not there yet.
    pub fn missing_database(&self) -> Option<&str> {
        self.database_url.strip_prefix("sqlite:").filter(|path| !Path::new(path).exists())
    }

    /// True when browsers reach this server over https, so that cookies are `Secure` with the `__Host-` prefix.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The same with the ports that the system chose, where the settings leave that to it with a port 0.
    #[must_use]
    pub fn listening(self, listen: SocketAddr, metrics_listen: Option<SocketAddr>) -> Self {
        let is_default = self.public_url == format!("http://{}", self.listen);
        let public_url = if is_default { format!("http://{listen}") } else { self.public_url };
        Self { public_url, listen, metrics_listen, ..self }
    }

    /// A path under the public URL.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

fn place(key: &'static str, text: &str, example: &str) -> Result<SocketAddr, Error> {
    let wrong = || Error::malformed(key, format!("write an address and a port, such as {example}"));
    text.parse().map_err(|_| wrong())
}

fn public_url(given: Option<String>, listen: SocketAddr) -> Result<String, Error> {
    origin("public_url", &given.unwrap_or_else(|| format!("http://{listen}")))
}

fn entra_authority(given: Option<&str>) -> Result<String, Error> {
    origin("entra_authority", given.unwrap_or("https://login.microsoftonline.com"))
}

/// An address of a server and nothing behind it, without a trailing slash.
fn origin(key: &'static str, text: &str) -> Result<String, Error> {
    let wrong = |problem: &str| Error::malformed(key, problem);
    let url = Url::parse(text).map_err(|_| wrong("write an absolute URL, such as https://id.example.com"))?;
    let is_loopback = url.host_str().is_some_and(|it| it == "localhost" || it == "[::1]" || it.starts_with("127."));
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback) {
        return Err(wrong("must be https; plain http is only for localhost"));
    }
    if url.query().is_some() || url.fragment().is_some() || !matches!(url.path(), "" | "/") {
        return Err(wrong("must have no path, query or fragment"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn database_url(url: String) -> Result<String, Error> {
    if url.strip_prefix("sqlite:").is_some_and(|path| path.contains('?')) {
        return Err(Error::malformed("database_url", "write sqlite:PATH without parameters; there is nothing to set"));
    }
    if ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Ok(url);
    }
    Err(Error::malformed("database_url", "write sqlite:PATH or postgres://USER@HOST/DATABASE"))
}

fn language(tag: Option<&str>) -> Result<Language, Error> {
    let spoken = || Error::malformed("language", "write en or de");
    tag.map_or(Ok(Language::default()), |tag| Language::of_tag(tag).ok_or_else(spoken))
}

fn log_json(format: Option<&str>) -> Result<bool, Error> {
    match format {
        None | Some("text") => Ok(false),
        Some("json") => Ok(true),
        Some(_) => Err(Error::malformed("log_format", "write text or json")),
    }
}

fn address(key: &'static str, given: Option<String>) -> Result<Option<String>, Error> {
    match given {
        Some(text) if text.parse::<lettre::Address>().is_err() => {
            Err(Error::malformed(key, "write one address, such as doorward@example.com"))
        }
        other => Ok(other),
    }
}

/// The port is that of the DNS where none is named.
fn servers(list: Option<&str>) -> Result<Vec<SocketAddr>, Error> {
    let wrong =
        || Error::malformed("dns_servers", "write addresses with commas between, such as 192.0.2.53,[2001:db8::53]:53");
    let entries = list.unwrap_or_default().split(',').map(str::trim).filter(|it| !it.is_empty());
    let server = |it: &str| it.parse().or_else(|_| it.parse().map(|ip: IpAddr| SocketAddr::new(ip, DNS_PORT)));
    entries.map(|it| server(it).map_err(|_| wrong())).collect()
}

fn networks(key: &'static str, list: Option<&str>) -> Result<Vec<IpNet>, Error> {
    let wrong =
        || Error::malformed(key, "write addresses or networks with commas between, such as 10.0.0.0/8,127.0.0.1");
    let entries = list.unwrap_or_default().split(',').map(str::trim).filter(|it| !it.is_empty());
    entries.map(|it| network(it).ok_or_else(wrong)).collect()
}

/// A network, or the network of one address.
fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
