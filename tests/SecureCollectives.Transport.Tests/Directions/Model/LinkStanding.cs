namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>Where a rank of the model stands with its link.</summary>
internal enum LinkStanding : byte
{
    /// <summary>It sends and receives over it.</summary>
    Open,

    /// <summary>It has told how far it has come, and uses it no more.</summary>
    Surrendered,

    /// <summary>Both have; a new one is there and not taken up yet.</summary>
    Offered,
}
