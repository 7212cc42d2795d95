namespace SecureCollectives.Membership;

/// <summary>
/// Distinguishes the links between two ranks of this communicator from stale links of an earlier communicator with the same id.
/// </summary>
/// <param name="Id">The id of the first link; if none was opened with the communicator, the communicator's own id, which all ranks
/// generated jointly.</param>
/// <param name="Certificates">The certificates with which that link was opened; null if there is none yet.</param>
internal sealed record FirstLink(ReadOnlyMemory<byte> Id, LinkCertificates? Certificates)
{
    /// <summary>Returns the value for a link that was opened with the communicator.</summary>
    public static FirstLink Of(OpenedLink opened) => new(opened.LinkId, opened.Certificates);
}
