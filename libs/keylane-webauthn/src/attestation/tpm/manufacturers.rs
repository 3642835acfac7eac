//! Who makes TPMs: the vendor ids of the Trusted Computing Group (TPM Vendor ID Registry 1.08,
//! table 2).

/// Vendor ids are four characters; shorter ones are filled up with zeros or spaces.
#[rustfmt::skip]
const VENDORS: &[&[u8; 4]] = &[
    b"AMD\0", // AMD
    b"ANT\0", // Ant Group
    b"ARM\0", // Arm
    b"ATML",  // Atmel
    b"BRCM",  // Broadcom
    b"CSCO",  // Cisco
    b"FLYS",  // Flyslice Technologies
    b"ROCC",  // Fuzhou Rockchip
    b"GOOG",  // Google
    b"HPI\0", // HPI
    b"HPE\0", // HPE
    b"HISI",  // Huawei
    b"IBM\0", // IBM
    b"IFX\0", // Infineon
    b"INTC",  // Intel
    b"LEN\0", // Lenovo
    b"MSFT",  // Microsoft
    b"NSM ",  // National Semiconductor
    b"NTZ\0", // Nationz
    b"NSG\0", // NSING
    b"NTC\0", // Nuvoton Technology
    b"QCOM",  // Qualcomm
    b"SMSN",  // Samsung
    b"SECE",  // SecEdge
    b"SNS\0", // Sinosun
    b"SMSC",  // SMSC
    b"STM ",  // STMicroelectronics
    b"TXN\0", // Texas Instruments
    b"WEC\0", // Winbond
    b"SEAL",  // Wisekey
];

/// The id in the attribute `tpmManufacturer`: `id:` and eight hexadecimal digits, of either case.
pub(crate) fn parse(text: &str) -> Option<[u8; 4]> {
    let (prefix, digits) = text.split_at_checked(3)?;
    let sound = prefix.eq_ignore_ascii_case("id:")
        && digits.len() == 8
        && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !sound {
        return None;
    }
    u32::from_str_radix(digits, 16).ok().map(u32::to_be_bytes)
}

/// Whether the registry has the vendor. `FFFFF1D0` of the FIDO Alliance's tools and `00000000` of
/// the specification's test vector are not in it.
pub(crate) fn is_known(id: [u8; 4]) -> bool {
    VENDORS.contains(&&id)
}
