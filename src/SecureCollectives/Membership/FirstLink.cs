namespace SecureCollectives.Membership;

/// <summary>
/// What tells the links between two ranks of this communicator from those of an earlier one of the same name, which were left over.
/// </summary>
/// <param name="Id">The id of the link that was opened first; where none was opened with the communicator, the communicator's own, which
/// all ranks have drawn together.</param>
/// <param name="Certificates">What that link was opened with; null where there is none yet.</param>
internal sealed record FirstLink(ReadOnlyMemory<byte> Id, LinkCertificates? Certificates)
{
    /// <summary>A link that was opened with the communicator.</summary>
    public static FirstLink Of(OpenedLink opened) => new(opened.LinkId, opened.Certificates);
}
