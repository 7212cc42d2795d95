namespace SecureCollectives.Security.Keys;

/// <summary>Where a link's bytes go, as it stands in the transcript.</summary>
internal enum MediumCode : byte
{
    /// <summary>Over connections of the link's transport.</summary>
    Network = 1,

    /// <summary>Through memory that both workers of one host share.</summary>
    Memory = 2,
}
