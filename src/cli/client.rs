//! The way to the daemon, for every client verb: connecting, calling, and saying in a person's
//! words what went wrong.

use super::Common;
use crate::config::Settings;
use crate::model::{Lang, Millis};
use anyhow::{Context, anyhow};
use std::time::Duration;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

/// How long to wait for a connection, and for the answer to a call that does not stream.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(60);

/// Where a verb that changes the daemon's work finds it.
#[derive(clap::Args)]
pub struct Admin {
    /// 守护进程的管理地址；默认为配置中的 grpc.admin · Admin address of the daemon; by default grpc.admin
    /// of the configuration
    #[arg(long, value_name = "HOST:PORT", env = "NIANBAO_ADMIN")]
    pub admin: Option<String>,
}

/// A connection to the daemon.
pub(super) struct Client {
    runtime: tokio::runtime::Runtime,
    endpoint: Endpoint,
    pub(super) channel: Channel,
    address: String,
    pub(super) lang: Lang,
    admin: bool,
}

impl Client {
    /// Connects to the public listener.
    pub(super) fn connect(server: &super::Server, common: &Common) -> anyhow::Result<Client> {
        let settings = common.settings_for_client()?;
        let lang = common.lang_or(settings.lang);
        match &server.server {
            Some(address) => Self::open(address, lang, false),
            None => Self::open(&public_address(&settings, lang)?, lang, false),
        }
    }

    /// Connects to the admin listener.
    pub(super) fn connect_admin(admin: &Admin, common: &Common) -> anyhow::Result<Client> {
        let settings = common.settings_for_client()?;
        let lang = common.lang_or(settings.lang);
        match &admin.admin {
            Some(address) => Self::open(address, lang, true),
            None => Self::open(&admin_address(&settings, lang)?, lang, true),
        }
    }

    fn open(address: &str, lang: Lang, admin: bool) -> anyhow::Result<Client> {
        let uri = match address.contains("://") {
            true => address.to_string(),
            false => format!("http://{address}"),
        };
        let endpoint = Endpoint::from_shared(uri)
            .with_context(|| format!("{address}: 不是地址 · not an address"))?
            .connect_timeout(CONNECT)
            .http2_keep_alive_interval(Duration::from_secs(30))
            .keep_alive_timeout(Duration::from_secs(20));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let channel = runtime
            .block_on(endpoint.connect())
            .map_err(|_| unreachable_daemon(address, lang, admin))?;
        Ok(Client { runtime, endpoint, channel, address: address.into(), lang, admin })
    }

    /// Connects anew, after the connection broke.
    pub(super) async fn reconnect(&self) -> Option<Channel> {
        self.endpoint.connect().await.ok()
    }

    /// Makes one call and waits for its answer.
    pub(super) fn call<T>(
        &self,
        call: impl Future<Output = Result<Response<T>, Status>>,
    ) -> anyhow::Result<T> {
        self.find(call)?.map_err(|status| self.said(&status))
    }

    /// Makes one call whose refusal the verb answers in its own words.
    pub(super) fn find<T>(
        &self,
        call: impl Future<Output = Result<Response<T>, Status>>,
    ) -> anyhow::Result<Result<T, Status>> {
        let answer = async { tokio::time::timeout(ANSWER, call).await };
        match self.runtime.block_on(answer) {
            Ok(answer) => Ok(answer.map(Response::into_inner)),
            Err(_) => Err(match self.lang {
                Lang::Zh => anyhow!("{} 没有在 {} 秒内回答", self.address, ANSWER.as_secs()),
                Lang::En => anyhow!("{} did not answer in {} s", self.address, ANSWER.as_secs()),
            }),
        }
    }

    /// Runs until the work is done, however long.
    pub(super) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// A refusal in the reader's language: the daemon sends both.
    pub(super) fn said(&self, status: &Status) -> anyhow::Error {
        let localized = status.get_details_localized_message();
        match (self.lang, localized) {
            (Lang::Zh, Some(words)) if !words.message.is_empty() => anyhow!(words.message),
            // Without details it is not the daemon that refused but the way to it.
            (_, None) if status.code() == Code::Unavailable => {
                unreachable_daemon(&self.address, self.lang, self.admin)
            }
            _ => anyhow!("{}", status.message()),
        }
    }
}

/// Where the configuration has the daemon listen.
fn public_address(settings: &Settings, lang: Lang) -> anyhow::Result<String> {
    match settings.grpc.listen.port() {
        0 => Err(unknown_port(lang, "grpc.listen", "--server")),
        _ => Ok(settings.grpc.listen.to_string()),
    }
}

/// Where the configuration has the daemon listen for its administrator.
fn admin_address(settings: &Settings, lang: Lang) -> anyhow::Result<String> {
    match (settings.grpc.admin, lang) {
        (Some(address), _) if address.port() == 0 => {
            Err(unknown_port(lang, "grpc.admin", "--admin"))
        }
        (Some(address), _) => Ok(address.to_string()),
        (None, Lang::Zh) => Err(anyhow!(
            "管理接口没有打开：请在配置中设置 grpc.admin 后重启 nianbao serve，并用 --config 指明该配置，\
             或用 --admin 指明地址"
        )),
        (None, Lang::En) => Err(anyhow!(
            "the admin service is off: set grpc.admin, start `nianbao serve` again and name the \
             configuration with --config, or say where it is with --admin"
        )),
    }
}

fn unknown_port(lang: Lang, key: &str, option: &str) -> anyhow::Error {
    match lang {
        Lang::Zh => anyhow!(
            "配置中 {key} 的端口为 0，由系统在启动时分配：请用 {option} 指明 nianbao serve 启动时显示的地址"
        ),
        Lang::En => anyhow!(
            "{key} has port 0, which the system chooses at the start: name the address that \
             `nianbao serve` printed with {option}"
        ),
    }
}

fn unreachable_daemon(address: &str, lang: Lang, admin: bool) -> anyhow::Error {
    match (lang, admin) {
        (Lang::Zh, false) => anyhow!(
            "连不上守护进程（{address}）：请先运行 nianbao serve，或用 --server 指明它的地址"
        ),
        (Lang::En, false) => anyhow!(
            "no daemon at {address}: start `nianbao serve`, or say where it is with --server"
        ),
        (Lang::Zh, true) => anyhow!(
            "连不上管理地址（{address}）：请在配置中打开 grpc.admin 并运行 nianbao serve，或用 --admin 指明地址"
        ),
        (Lang::En, true) => anyhow!(
            "no daemon at the admin address {address}: set grpc.admin in its configuration and start \
             `nianbao serve`, or say where it is with --admin"
        ),
    }
}

/// A time as people here read it: Beijing time, to the minute.
pub(super) fn time(at: Millis) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    match jiff::Timestamp::from_millisecond(at) {
        Ok(at) => at.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => String::new(),
    }
}

/// A time for programs: RFC 3339 in UTC.
pub(super) fn rfc3339(at: Millis) -> Option<String> {
    jiff::Timestamp::from_millisecond(at).ok().map(|at| at.to_string())
}

/// One of two words.
pub(super) fn say<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_beijing_and_recorded_in_utc() {
        assert_eq!(time(1_732_233_600_000), "2024-11-22 08:00");
        assert_eq!(rfc3339(1_732_233_600_123).as_deref(), Some("2024-11-22T00:00:00.123Z"));
    }

    #[test]
    fn nobody_at_the_address_is_said_in_one_line_with_what_to_do() {
        // Bound and never accepting would hang; bound and dropped is surely nobody.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound").to_string();
        drop(listener);
        let error = Client::open(&address, Lang::Zh, false).map(drop).expect_err("nobody there");
        let line = format!("{error:#}");
        assert!(line.contains("nianbao serve") && line.contains(&address), "{line}");
        assert_eq!(line.lines().count(), 1);
    }
}
