namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>A rank's relation to its link.</summary>
internal enum LinkStanding : byte
{
    /// <summary>The rank sends and receives over the link.</summary>
    Open,

    /// <summary>The rank has reported its positions and no longer uses the link.</summary>
    Surrendered,

    /// <summary>Both ranks have done so; a new link exists, and the rank has not attached it yet.</summary>
    Offered,
}
