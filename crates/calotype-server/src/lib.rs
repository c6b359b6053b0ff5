//! The service: where the wire, the store and the pictures meet.
