package io.headend.drm.cpix;

import static io.headend.drm.cpix.CpixXml.DSIG;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.XMLStructure;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfo;
import javax.xml.crypto.dsig.keyinfo.KeyInfoFactory;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Signatures over a whole document (XMLDSig, enveloped, RSA with SHA-512, exclusive canonicalisation). */
final class CpixSigner {

    private CpixSigner() {}

    static void sign(Document document, PrivateKey key, X509Certificate certificate) {
        try {
            XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
            Reference whole = factory.newReference(
                    "",
                    factory.newDigestMethod(DigestMethod.SHA512, null),
                    List.of(factory.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null)),
                    null,
                    null);
            SignedInfo info = factory.newSignedInfo(
                    factory.newCanonicalizationMethod(CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
                    factory.newSignatureMethod("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", null),
                    List.of(whole));
            KeyInfoFactory keys = factory.getKeyInfoFactory();
            List<XMLStructure> names = List.of(keys.newX509Data(List.of(certificate)));
            KeyInfo keyInfo = keys.newKeyInfo(names);
            factory.newXMLSignature(info, keyInfo).sign(new DOMSignContext(key, document.getDocumentElement()));
        } catch (GeneralSecurityException | MarshalException | XMLSignatureException e) {
            throw new MediaException(
                    MediaErrorCode.INVALID_ARGUMENT, "The CPIX document cannot be signed with this private key.", e);
        }
    }

    /** Whether a signature of this signer covers the whole document and agrees. */
    static boolean isSignedBy(Element root, X509Certificate signer) {
        for (Element signature : CpixXml.children(root, DSIG, "Signature")) {
            DOMValidateContext context = new DOMValidateContext(signer.getPublicKey(), signature);
            context.setProperty("org.jcp.xml.dsig.secureValidation", true);
            try {
                XMLSignature parsed = XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context);
                if (coversWhole(parsed) && parsed.validate(context)) {
                    return true;
                }
            } catch (MarshalException | XMLSignatureException e) {
                // A signature that cannot be read vouches for nothing.
            }
        }
        return false;
    }

    /** One reference, to the document, with no other transformation than leaving the signature out. */
    private static boolean coversWhole(XMLSignature signature) {
        List<Reference> references = signature.getSignedInfo().getReferences();
        if (references.size() != 1 || !"".equals(references.get(0).getURI())) {
            return false;
        }
        return references.get(0).getTransforms().stream()
                .allMatch(transform -> transform.getAlgorithm().equals(Transform.ENVELOPED)
                        || transform.getAlgorithm().equals(CanonicalizationMethod.EXCLUSIVE));
    }
}
