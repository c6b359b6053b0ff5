//! Rules, codecs and pixels: bytes and a rule in, bytes out.
