//! The public URL, against where the server listens.

use crate::config::{Mode, Server};
use crate::finding::Finding;

const CHECK: &str = "public-url";

pub(super) fn examine(server: &Server) -> Vec<Finding> {
    let url = server.public_url.as_str();
    let port = url.rsplit(':').next().and_then(|port| port.parse::<u16>().ok()).unwrap_or(80);
    let finding = match server.public_url.mode() {
        Mode::Production => Finding::ok(CHECK, format!("The public URL {url} is secure.")),
        Mode::Development if port != server.listen.port() && server.listen.port() != 0 => {
            Finding::warn(
                CHECK,
                format!(
                    "The public URL {url} names another port than server.listen ({}), so links in \
                     mails lead there: leave server.public_url out unless something forwards port \
                     {port}.",
                    server.listen
                ),
            )
        }
        Mode::Development if !server.listen.ip().is_loopback() => Finding::warn(
            CHECK,
            format!(
                "Development mode shows codes to whoever opens {url}/dev/mailbox, and {} can be \
                 reached from other machines: set server.public_url to your https address, or \
                 listen on 127.0.0.1.",
                server.listen
            ),
        ),
        Mode::Development => {
            Finding::ok(CHECK, format!("The public URL is {url}: this is development mode."))
        }
    };
    vec![finding]
}
