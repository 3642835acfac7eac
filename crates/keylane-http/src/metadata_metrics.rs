//! What is counted of metadata: asked of the use cases at each scrape, kept nowhere else.

use std::fmt;
use std::sync::Arc;

use keylane_service::{MetadataFigures, Service};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// Asks the use cases for their figures.
#[derive(Debug)]
pub(crate) struct MetadataMetrics(pub(crate) Arc<Service>);

impl Collector for MetadataMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let figures = self.0.metadata().figures();
        encode_counts(&figures, &mut encoder)?;
        let Some(number) = figures.number else { return Ok(()) };
        let gauges = [
            ("metadata_number", "Number of the metadata in use", number),
            ("metadata_entries", "Models in the metadata in use", figures.entries),
            (
                "metadata_age_seconds",
                "Since the metadata in use was fetched",
                figures.age_ms / 1000,
            ),
            (
                "metadata_overdue_seconds",
                "Since the next update of the metadata in use was due; 0 while it is not",
                figures.overdue_ms / 1000,
            ),
        ];
        for (name, help, value) in gauges {
            encode_gauge(value, describe(&mut encoder, name, help, MetricType::Gauge)?)?;
        }
        Ok(())
    }
}

fn encode_counts(figures: &MetadataFigures, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let (name, help) = ("metadata_refreshes", "Times that metadata was asked for, by outcome");
    let mut family = describe(encoder, name, help, MetricType::Counter)?;
    for (code, count) in &figures.refreshes {
        ConstCounter::new(*count).encode(family.encode_family(&[("code", *code)])?)?;
    }
    let (name, help) = ("affected_passkeys", "Passkeys with something known against their model");
    let mut family = describe(encoder, name, help, MetricType::Gauge)?;
    for (standing, count) in &figures.judged.affected {
        let labels = [("standing", *standing), ("proof", "attested")];
        encode_gauge(*count, family.encode_family(&labels)?)?;
    }
    let labels = [("standing", "any"), ("proof", "claimed")];
    encode_gauge(figures.judged.claimed, family.encode_family(&labels)?)
}

fn describe<'a>(
    encoder: &'a mut DescriptorEncoder<'_>,
    name: &'static str,
    help: &'static str,
    kind: MetricType,
) -> Result<MetricEncoder<'a>, fmt::Error> {
    encoder.encode_descriptor(name, help, None, kind)
}

fn encode_gauge(value: u64, encoder: MetricEncoder<'_>) -> fmt::Result {
    ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX)).encode(encoder)
}
