namespace SecureCollectives.Identity;

/// <summary>The paths of the three PEM files of a worker's identity.</summary>
/// <param name="Certificate">The leaf certificate, followed by any intermediates.</param>
/// <param name="Key">The leaf's private key; see <see cref="PrivateKeyRule"/> for who may read it.</param>
/// <param name="Authority">The trust roots.</param>
internal sealed record IdentityFiles(string Certificate, string Key, string Authority);
