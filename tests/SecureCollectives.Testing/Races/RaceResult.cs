namespace SecureCollectives.Testing.Races;

/// <summary>What came of a race.</summary>
/// <param name="Attempts">How often the engine was called.</param>
/// <param name="Struck">Attempts in which the racer was noticed: frames that did not verify, ciphertexts that were overwritten.</param>
/// <param name="Violations">Verified frames with another content, or tags over what the racer wrote.</param>
internal readonly record struct RaceResult(long Attempts, long Struck, long Violations);
