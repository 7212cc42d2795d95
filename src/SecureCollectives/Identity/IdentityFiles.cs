namespace SecureCollectives.Identity;

/// <summary>The three PEM files that make a worker's identity.</summary>
/// <param name="Certificate">The leaf first, then intermediates, if any.</param>
/// <param name="Key">The leaf's private key, readable by its owner alone.</param>
/// <param name="Authority">The trust roots.</param>
internal sealed record IdentityFiles(string Certificate, string Key, string Authority);
