namespace SecureCollectives.Security.Keys;

/// <summary>The medium that carries a link's lanes, as encoded in the transcript.</summary>
internal enum MediumCode : byte
{
    /// <summary>Connections of the link's transport.</summary>
    Network = 1,

    /// <summary>Memory shared by the two workers, which run on one host.</summary>
    Memory = 2,
}
