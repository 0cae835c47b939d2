//! No credentials that a listener accepts: the KafkaUser to create, ready to copy.

use super::{
    icon::{Icon, sized},
    yaml::YamlView,
};
use leptos::prelude::*;
use penstock_domain::cluster::Connection;

/// What to do about the console's own connection; nothing while it is connected.
#[component]
pub fn ConnectionNote(
    /// How the console reaches the cluster.
    #[prop(into)]
    connection: Signal<Connection>,
) -> impl IntoView {
    move || {
        match connection.get() {
        Connection::Connected { .. } => ().into_any(),
        Connection::Connecting => view! {
            <section class="sec" id="connection">
                <div class="note info">{sized(Icon::Loader, "i")}<span>"The console is connecting to the brokers for the first time."</span></div>
            </section>
        }
        .into_any(),
        Connection::Unreachable { why, remedy, since } => view! {
            <section class="sec" id="connection">
                <div class="note bad">
                    {sized(Icon::ServerOff, "i")}
                    <span>
                        <b class="m">"No broker can be reached"</b>
                        {since.map(|time| format!(" since {} UTC", time.clock()))}
                        ": "{why}
                        {remedy.map(|remedy| format!(" {remedy}"))}
                    </span>
                </div>
            </section>
        }
        .into_any(),
        Connection::NoCredentials { why, kafka_user_yaml } => view! {
            <section class="sec" id="connection">
                <div class="sec-head"><h2>"Let the console in"</h2></div>
                <div class="note warn">{sized(Icon::KeyRound, "i")}<span><b class="m">{why}</b></span></div>
                <p class="f13 t2 mt">"Create this KafkaUser; the console notices its Secret by itself. Its ACLs are the most that the console can ever do, whoever uses it."</p>
                <YamlView yaml=kafka_user_yaml/>
            </section>
        }
        .into_any(),
    }
    }
}
