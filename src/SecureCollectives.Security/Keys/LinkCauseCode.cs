namespace SecureCollectives.Security.Keys;

/// <summary>Why a link is opened; proto/README.md, "Codes".</summary>
internal enum LinkCauseCode : byte
{
    /// <summary>The communicator opens: this is the first link.</summary>
    Opening = 0,

    /// <summary>A connection of the link ended or broke.</summary>
    Broken = 1,

    /// <summary>A frame or a TLS record of the link failed authentication.</summary>
    AuthenticationFailed = 2,

    /// <summary>Its connections have carried as many bytes as their keys should.</summary>
    BytesCarried = 3,

    /// <summary>It is as old as a link should become.</summary>
    Age = 4,

    /// <summary>A certificate that it was opened with has been renewed.</summary>
    CertificateRenewed = 5,

    /// <summary>There was none: none was needed yet, or it was closed when it had long been idle.</summary>
    Demanded = 6,
}
