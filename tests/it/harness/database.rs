//! A fresh, migrated database for each test: a copy of one SQLite file, or of one PostgreSQL template.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use doorward::store::Store;
use tempfile::TempDir;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// True when this run is on PostgreSQL.
pub fn on_postgres() -> bool {
    std::env::var_os("DOORWARD_TEST_POSTGRES").is_some()
}

/// The URL of a new migrated database; `dir` holds it when it is a file.
pub fn fresh(dir: &Path) -> String {
    if on_postgres() {
        return Cluster::running().database();
    }
    static TEMPLATE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, template) = TEMPLATE.get_or_init(|| {
        let home = TempDir::new().unwrap();
        let path = home.path().join("template.db");
        migrate(format!("sqlite:{}", path.display()));
        (home, path)
    });
    let path = dir.join("doorward.db");
    std::fs::copy(template, &path).unwrap();
    format!("sqlite:{}", path.display())
}

/// Applies the schema on a runtime of its own, so that no connection outlives the call.
fn migrate(url: String) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = Store::open(&url).await.unwrap();
            store.migrate().await.unwrap();
            store.close().await.unwrap();
        });
    })
    .join()
    .unwrap();
}

/// Runs a statement on a database beside the server, to break or mend something under it.
pub fn execute(url: &str, statement: &str) {
    let done = match url.strip_prefix("sqlite:") {
        Some(path) => {
            let script =
                "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],timeout=30)\nc.execute(sys.argv[2])\nc.commit()";
            Command::new("python3").args(["-c", script, path, statement]).output()
        }
        None => Cluster::running().psql(url, statement),
    };
    let done = done.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Everything that is in a database, as whoever takes a copy of it has it: the file and its log, or a dump of the rows.
pub fn copy(url: &str) -> Vec<u8> {
    let Some(path) = url.strip_prefix("sqlite:") else { return Cluster::running().rows(url) };
    let log = std::fs::read(format!("{path}-wal")).unwrap_or_default();
    [std::fs::read(path).unwrap(), log].concat()
}

/// A private PostgreSQL on a Unix socket, which ends with this process.
pub struct Cluster {
    socket: PathBuf,
    _watch: Child,
    _home: TempDir,
}

impl Cluster {
    /// The one cluster of this process.
    pub fn running() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(|| {
            let cluster = Self::start();
            cluster.sql("CREATE DATABASE template_doorward");
            migrate(cluster.url("template_doorward"));
            cluster
        })
    }

    /// A new database with the schema applied. Files are copied, as nothing has to outlive a crash.
    pub fn database(&self) -> String {
        let name = format!("doorward_{}", NEXT.fetch_add(1, Ordering::SeqCst));
        self.sql(&format!("CREATE DATABASE {name} TEMPLATE template_doorward STRATEGY FILE_COPY"));
        self.url(&name)
    }

    /// What `pg_dump` says about the schema of a database.
    pub fn dump(&self, url: &str) -> String {
        String::from_utf8(self.dumped(url, &["--schema-only", "--no-owner", "--no-privileges"])).unwrap()
    }

    fn rows(&self, url: &str) -> Vec<u8> {
        self.dumped(url, &["--data-only"])
    }

    fn dumped(&self, url: &str, what: &[&str]) -> Vec<u8> {
        let name = url.split('?').next().unwrap().rsplit('/').next().unwrap();
        let mut dump = Command::new(binaries().join("pg_dump"));
        let dumped = dump.args(what).args(["-U", "postgres", "-h"]).arg(&self.socket).arg(name).output().unwrap();
        assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
        dumped.stdout
    }

    fn url(&self, name: &str) -> String {
        format!("postgres://postgres@localhost/{name}?host={}", self.socket.display())
    }

    fn psql(&self, url: &str, statement: &str) -> std::io::Result<std::process::Output> {
        let name = url.split('?').next().unwrap().rsplit('/').next().unwrap();
        let mut psql = Command::new(binaries().join("psql"));
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", name, "-c", statement, "-h"]);
        psql.arg(&self.socket).output()
    }

    fn sql(&self, statement: &str) {
        let mut psql = Command::new(binaries().join("psql"));
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres", "-c", statement, "-h"]);
        let done = psql.arg(&self.socket).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// Starts the server under a shell that stops it when our end of its standard input closes. Nothing in it outlives the
    /// process, so it writes as little as it can: hundreds of databases are made, and none is vacuumed. Its files
    /// go with it, gigabytes after a whole run.
    fn start() -> Self {
        let home = tempfile::Builder::new().prefix("doorward-pg").tempdir().unwrap();
        let script = format!(
            "set -e\nbin={bin}\ndir={dir}\n\
             $bin/initdb -D $dir/data -U postgres --auth=trust --no-sync --locale=C.UTF-8 -E UTF8 >$dir/initdb.log\n\
             $bin/pg_ctl -D $dir/data -w -l $dir/postgres.log -o \"-c listen_addresses= -c unix_socket_directories=$dir \
             -c fsync=off -c full_page_writes=off -c autovacuum=off -c checkpoint_timeout=1h \
             -c max_connections=400\" start >/dev/null\n\
             echo ready\nread -r end || true\n$bin/pg_ctl -D $dir/data -m immediate stop >/dev/null || true\n\
             rm -rf $dir\n",
            bin = binaries().display(),
            dir = home.path().display(),
        );
        let mut shell = as_postgres(home.path());
        let mut watch =
            shell.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("PostgreSQL can be started");
        let mut line = String::new();
        BufReader::new(watch.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "ready", "PostgreSQL did not start; see {}", home.path().display());
        watch.stdin.as_mut().unwrap().flush().unwrap();
        Self { socket: home.path().to_owned(), _watch: watch, _home: home }
    }
}

/// PostgreSQL refuses to run as root, so root hands the directory to the account `postgres`.
fn as_postgres(home: &Path) -> Command {
    let uid = Command::new("id").arg("-u").output().unwrap();
    if String::from_utf8_lossy(&uid.stdout).trim() != "0" {
        let mut shell = Command::new("sh");
        shell.arg("-c");
        return shell;
    }
    assert!(Command::new("chown").arg("postgres").arg(home).status().unwrap().success());
    let mut shell = Command::new("runuser");
    shell.args(["-u", "postgres", "--", "sh", "-c"]).current_dir("/");
    shell
}

/// Where the server binaries are: the newest version that Debian has put there, or wherever `initdb` is found.
fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.map(|it| it.path().join("bin")).filter(|it| it.join("initdb").exists()).max();
    newest.unwrap_or_else(|| {
        let found = Command::new("sh").args(["-c", "command -v initdb"]).output().unwrap();
        let path = String::from_utf8(found.stdout).unwrap();
        Path::new(path.trim()).parent().expect("the PostgreSQL server binaries are installed").to_owned()
    })
}
