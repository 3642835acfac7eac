//! Secure Payment Confirmation: an assertion that confirms a payment instead of a sign-in
//! (<https://www.w3.org/TR/secure-payment-confirmation/>, §7.1).
//!
//! The browser shows the payment, and writes what it showed into the client data, under the type
//! `payment.get` instead of `webauthn.get`. So one challenge answered under one type is worth
//! nothing under the other. The page that asks may belong to a shop, and be framed; which page it
//! is, and in which page it stands, are part of what the relying party expects.
//!
//! Keys of the browser itself (`browserBoundPublicKey`) are read past.

use serde::Deserialize;

use crate::origin::{Origin, RpId};

/// What the payer should have been shown. Every text is compared as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentExpectation {
    /// The page in the address bar; the ceremony's own origin when that page is not framed.
    pub top_origin: Origin,
    /// Who is paid, by name. A name that was not asked for must not have been shown.
    pub payee_name: Option<String>,
    /// Who is paid, by origin; the same.
    pub payee_origin: Option<Origin>,
    /// Logos that may be shown. The browser may leave some out, but not add any or change their
    /// order.
    pub entity_logos: Vec<PaymentEntityLogo>,
    /// How much is paid.
    pub total: PaymentAmount,
    /// With what.
    pub instrument: PaymentInstrument,
}

/// An amount of money, as `PaymentCurrencyAmount` of the Payment Request API has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentAmount {
    /// The currency in capitals, such as `EUR`.
    pub currency: String,
    /// The amount as a decimal number, such as `12.50`.
    pub value: String,
}

/// The card or account that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentInstrument {
    /// Its name.
    pub display_name: String,
    /// The URL of its icon.
    pub icon: String,
    /// Whether the browser must show the icon.
    pub icon_display: IconDisplay,
    /// Further text.
    pub details: Option<String>,
}

/// Whether the icon of an instrument must be shown (`iconMustBeShown`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum IconDisplay {
    /// It must.
    #[default]
    Required,
    /// A browser that cannot show it says so with an empty URL.
    Optional,
}

/// A logo of those who carry the payment out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentEntityLogo {
    /// The URL of the logo.
    pub url: String,
    /// What it stands for.
    pub label: String,
}

/// Why client data does not confirm the payment (§7.1 of the specification of SPC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PaymentError {
    /// There is no `payment` member, or it has not its form.
    #[error("the client data says nothing about a payment, or nothing that can be read")]
    Malformed,
    /// The payment is confirmed for another RP ID.
    #[error("the payment is confirmed for another RP ID")]
    RpIdMismatch,
    /// The page in the address bar is not the one that was expected.
    #[error("the page in the address bar is not the one that was expected")]
    TopOriginMismatch,
    /// Another payee was shown.
    #[error("another payee was shown")]
    PayeeMismatch,
    /// A logo was shown that was not to be, or in another order.
    #[error("other logos were shown")]
    LogosMismatch,
    /// Another amount was shown.
    #[error("another amount was shown")]
    TotalMismatch,
    /// Another instrument was shown.
    #[error("another instrument was shown")]
    InstrumentMismatch,
}

impl PaymentError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "payment_malformed",
            Self::RpIdMismatch => "payment_rp_id_mismatch",
            Self::TopOriginMismatch => "payment_top_origin_mismatch",
            Self::PayeeMismatch => "payment_payee_mismatch",
            Self::LogosMismatch => "payment_logos_mismatch",
            Self::TotalMismatch => "payment_total_mismatch",
            Self::InstrumentMismatch => "payment_instrument_mismatch",
        }
    }
}

/// The `payment` member of client data.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentData {
    rp_id: Option<String>,
    /// The old name of the same member.
    rp: Option<String>,
    top_origin: String,
    payee_name: Option<String>,
    payee_origin: Option<String>,
    payment_entities_logos: Option<Vec<PaymentEntityLogo>>,
    total: PaymentAmount,
    instrument: InstrumentData,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct InstrumentData {
    display_name: String,
    icon: String,
    details: Option<String>,
}

impl PaymentData {
    /// The steps that SPC puts after the check of the origin, in their order.
    pub(crate) fn check(
        &self,
        expected: &PaymentExpectation,
        rp_id: &RpId,
    ) -> Result<(), PaymentError> {
        self.check_rp_id(rp_id)?;
        if self.top_origin != expected.top_origin.as_str() {
            return Err(PaymentError::TopOriginMismatch);
        }
        let payee_origin = expected.payee_origin.as_ref().map(Origin::as_str);
        if self.payee_name != expected.payee_name || self.payee_origin.as_deref() != payee_origin {
            return Err(PaymentError::PayeeMismatch);
        }
        let mut allowed = expected.entity_logos.iter();
        let shown = self.payment_entities_logos.as_deref().unwrap_or_default();
        // `any` goes on where it stopped, so the order counts.
        if !shown.iter().all(|logo| allowed.any(|it| it == logo)) {
            return Err(PaymentError::LogosMismatch);
        }
        if self.total != expected.total {
            return Err(PaymentError::TotalMismatch);
        }
        self.instrument.check(&expected.instrument)
    }

    /// Browsers write `rpId`, older ones `rp`, some both; then both have to be the same.
    fn check_rp_id(&self, rp_id: &RpId) -> Result<(), PaymentError> {
        let mut named = [&self.rp_id, &self.rp].into_iter().flatten().peekable();
        if named.peek().is_none() {
            return Err(PaymentError::Malformed);
        }
        if named.all(|it| it == rp_id.as_str()) { Ok(()) } else { Err(PaymentError::RpIdMismatch) }
    }
}

impl InstrumentData {
    fn check(&self, expected: &PaymentInstrument) -> Result<(), PaymentError> {
        let icon = self.icon == expected.icon
            || self.icon.is_empty() && expected.icon_display == IconDisplay::Optional;
        let same = self.display_name == expected.display_name && self.details == expected.details;
        if icon && same { Ok(()) } else { Err(PaymentError::InstrumentMismatch) }
    }
}

#[cfg(test)]
mod tests;
