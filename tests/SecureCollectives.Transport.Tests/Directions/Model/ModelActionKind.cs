namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>Kinds of <see cref="ModelAction"/>.</summary>
internal enum ModelActionKind : byte
{
    /// <summary>A rank begins its next operation.</summary>
    Begin,

    /// <summary>A rank sends a frame on a lane.</summary>
    Send,

    /// <summary>A rank receives the next frame from a lane, or applies a message that arrived too early.</summary>
    Receive,

    /// <summary>A rank's operation is complete.</summary>
    End,

    /// <summary>A rank stops using its link, for whatever reason, and reports its positions.</summary>
    Surrender,

    /// <summary>A rank continues over the new link.</summary>
    Attach,
}
