namespace SecureCollectives.Testing.Races;

/// <summary>The result of a race.</summary>
/// <param name="Attempts">The number of calls to the engine.</param>
/// <param name="Struck">Attempts on which the racer had an effect: frames that did not verify, ciphertexts that were overwritten.</param>
/// <param name="Violations">Verified frames with different content, or tags computed over bytes that the racer wrote.</param>
internal readonly record struct RaceResult(long Attempts, long Struck, long Violations);
