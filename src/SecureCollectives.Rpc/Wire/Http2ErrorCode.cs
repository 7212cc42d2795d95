namespace SecureCollectives.Rpc.Wire;

/// <summary>The error codes of RFC 9113, section 7, that mean something of their own to a call.</summary>
internal static class Http2ErrorCode
{
    public const int InternalError = 0x2;
    public const int RefusedStream = 0x7;
    public const int Cancel = 0x8;
    public const int EnhanceYourCalm = 0xb;
    public const int InadequateSecurity = 0xc;
}
