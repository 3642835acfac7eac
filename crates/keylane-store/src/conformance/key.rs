//! The key ring.

use std::sync::Arc;

use keylane_model::{Change, KeyId, KeyPurpose, StoredKey, SystemEntropy};

use super::world::World;
use crate::Store;

pub async fn key_ring_keeps_what_is_installed_until_it_is_retired(store: Arc<dyn Store>) {
    let world = World::new(store);
    let mut keys = Vec::new();
    for purpose in KeyPurpose::ALL {
        world.advance_ms(1);
        let id = KeyId::new(world.now(), &SystemEntropy).unwrap();
        let key = StoredKey { id, purpose, sealed: vec![0, 1, 2, 255], created_at: world.now() };
        world.commit(Change::InstallKey { key: key.clone() }).await.unwrap();
        keys.push(key);
    }
    assert_eq!(world.store.list_keys().await.unwrap(), keys);
    let gone = keys.remove(1).id;
    world.commit(Change::RetireKey { key: gone }).await.unwrap();
    world.commit(Change::RetireKey { key: gone }).await.unwrap();
    assert_eq!(world.store.list_keys().await.unwrap(), keys);
}
