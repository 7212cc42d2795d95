namespace SecureCollectives.Transport.Links;

/// <summary>What ends a link.</summary>
internal enum LinkEndCause
{
    /// <summary>One of its connections is gone.</summary>
    Broken,

    /// <summary>A frame or a TLS record failed authentication, or was not the one due.</summary>
    Refused,

    /// <summary>Its keys have carried as many bytes as they should.</summary>
    Worn,
}
