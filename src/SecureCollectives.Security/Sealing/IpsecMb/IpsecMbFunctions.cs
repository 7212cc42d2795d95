namespace SecureCollectives.Security.Sealing.IpsecMb;

/// <summary>
/// The library's AES-256-GCM functions for one instruction set: expand a key, seal, open. Exported by name, with unchanged parameters since
/// version 1.0.
/// </summary>
/// <remarks>
/// Thread-safe: the functions keep no state beyond their arguments. Calls leave the runtime's cooperative mode: sealing a chunk takes far
/// longer than the transition, and must not delay the garbage collector.
/// </remarks>
internal sealed unsafe class IpsecMbFunctions
{
    /// <summary>aes_gcm_pre_256_*(key, key_data).</summary>
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, void> _expand;

    /// <summary>aes_gcm_enc_256_*(key_data, context, out, in, length, iv, aad, aad_length, tag, tag_length).</summary>
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void> _seal;

    /// <summary>aes_gcm_dec_256_*, with the same parameters: writes the computed tag and compares nothing.</summary>
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void> _open;

    private IpsecMbFunctions(string version, bool isSinglePass, IpsecMbInstructions instructions, nint expand, nint seal, nint open)
    {
        Name = $"ipsec-mb {version} ({instructions.Name})";
        Instructions = instructions;
        IsSinglePass = isSinglePass;
        _expand = (delegate* unmanaged[Cdecl]<byte*, byte*, void>)expand;
        _seal = (delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void>)seal;
        _open = (delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void>)open;
    }

    /// <summary>The library, its version and the instruction set, for messages.</summary>
    public string Name { get; }

    public IpsecMbInstructions Instructions { get; }

    /// <inheritdoc cref="AeadEngine.IsSinglePass"/>
    public bool IsSinglePass { get; }

    /// <summary>Finds a library's functions for an instruction set.</summary>
    /// <param name="export">Returns the address of an exported name, or zero.</param>
    /// <param name="version">The version that the library reports.</param>
    /// <param name="isSinglePass">Whether this version was tested under concurrent changes and accesses each byte once.</param>
    /// <param name="instructions">An instruction set that the processor supports.</param>
    /// <returns>The functions; null if the library has none for the instruction set.</returns>
    public static IpsecMbFunctions? Find(Func<string, nint> export, string version, bool isSinglePass, IpsecMbInstructions instructions) =>
        export($"aes_gcm_pre_256_{instructions.Suffix}") is var expand and not 0
        && export($"aes_gcm_enc_256_{instructions.Suffix}") is var seal and not 0
        && export($"aes_gcm_dec_256_{instructions.Suffix}") is var open and not 0
            ? new IpsecMbFunctions(version, isSinglePass, instructions, expand, seal, open)
            : null;

    public void Expand(byte* key, byte* keyData) => _expand(key, keyData);

    public void Seal(
        byte* keyData, byte* context, byte* output, byte* input, int length, byte* nonce, byte* associatedData, int associatedDataLength,
            byte* tag, int tagLength) =>
        _seal(keyData, context, output, input, (ulong)length, nonce, associatedData, (ulong)associatedDataLength, tag, (ulong)tagLength);

    public void Open(
        byte* keyData, byte* context, byte* output, byte* input, int length, byte* nonce, byte* associatedData, int associatedDataLength,
            byte* computedTag, int tagLength) =>
        _open(keyData, context, output, input, (
            ulong)length, nonce, associatedData, (ulong)associatedDataLength, computedTag, (ulong)tagLength);
}
