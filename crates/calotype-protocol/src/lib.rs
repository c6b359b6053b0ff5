//! COS and CI on the wire, both directions, without a network.
