namespace SecureCollectives.Security.Keys;

/// <summary>Why a link is opened; proto/README.md, "Codes".</summary>
internal enum LinkCauseCode : byte
{
    /// <summary>The communicator is being opened: this is the first link.</summary>
    Opening = 0,

    /// <summary>One of the link's connections ended or broke.</summary>
    Broken = 1,

    /// <summary>A frame or TLS record on the link failed authentication.</summary>
    AuthenticationFailed = 2,

    /// <summary>One of the link's connections has carried as many bytes as its keys allow.</summary>
    BytesCarried = 3,

    /// <summary>The link has reached its maximum age.</summary>
    Age = 4,

    /// <summary>A certificate used to open the link has been renewed.</summary>
    CertificateRenewed = 5,

    /// <summary>There was no link, either because none had been needed yet or because it was closed when idle.</summary>
    Demanded = 6,
}
