//! Flows at each kind of authority, at other tenants and in other clouds, and where nothing but tokens may be asked for.
mod air_gapped;
mod instance_aware;
mod kinds;
mod tenants;
