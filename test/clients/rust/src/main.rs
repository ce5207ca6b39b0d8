//! A conversation of the Rust crate ibapi with a gateway, told as one line of JSON.

use ibapi::accounts::PositionUpdate;
use ibapi::client::blocking::Client;
use ibapi::prelude::*;

fn main() {
    let port = std::env::args().nth(1).expect("a port");
    let client = Client::connect(&format!("127.0.0.1:{port}"), 13).expect("connection failed");
    let accounts = client.managed_accounts().expect("no accounts");
    let mut held = Vec::new();
    let positions = client.positions().expect("no positions");
    while let Some(update) = positions.next() {
        match update {
            PositionUpdate::Position(row) => held.push(format!(
                "\"{}\":[{},{}]",
                row.contract.contract_id, row.position, row.average_cost
            )),
            PositionUpdate::PositionEnd => break,
        }
    }
    let details = client
        .contract_details(&Contract::stock("AAPL").build())
        .expect("no contract details");
    let stock = &details[0];
    println!(
        "{{\"version\":\"ibapi 2.12.0\",\"serverVersion\":{},\"accounts\":{:?},\"positions\":{{{}}},\"stock\":[{},{:?},{}],\"complaints\":[]}}",
        client.server_version(),
        accounts,
        held.join(","),
        stock.contract.contract_id,
        stock.long_name,
        stock.min_tick
    );
}
