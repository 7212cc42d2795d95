namespace SecureCollectives.Rpc;

/// <summary>Marks the endpoints of <see cref="RpcServices.AddRaw"/>.</summary>
internal sealed class RawMethod
{
    public static readonly RawMethod Instance = new();

    private RawMethod()
    {
    }
}
