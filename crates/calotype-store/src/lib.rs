//! Buckets and objects that are there or not there, on any database and any disk.
