namespace SecureCollectives.Security.Keys;

/// <summary>Why a link is opened; proto/README.md, "Codes".</summary>
internal enum LinkCauseCode : byte
{
    /// <summary>The communicator is being opened: this is the first link.</summary>
    Opening = 0,

    /// <summary>A connection of the link ended or broke.</summary>
    Broken = 1,

    /// <summary>A frame or a TLS record of the link failed authentication.</summary>
    AuthenticationFailed = 2,

    /// <summary>A connection of the link has carried as many bytes as its keys allow.</summary>
    BytesCarried = 3,

    /// <summary>The link has reached its maximum age.</summary>
    Age = 4,

    /// <summary>A certificate with which the link was opened has been renewed.</summary>
    CertificateRenewed = 5,

    /// <summary>There was no link: none was needed yet, or it was closed after being idle.</summary>
    Demanded = 6,
}
